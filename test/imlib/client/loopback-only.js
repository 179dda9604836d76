import { Socket } from 'node:net';

const loopback = /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/;

/**
 * From here on this process reaches nobody but this machine, by whatever way it tries.
 * @param {(host: string) => void} onBlocked
 */
export function loopbackOnly(onBlocked) {
  const { connect } = Socket.prototype;
  Socket.prototype.connect = function (...args) {
    const [options] = [args[0]].flat();
    const host = (typeof options === 'object' ? options.host : args[1]) ?? 'localhost';
    if (options.path !== undefined || loopback.test(host)) return connect.apply(this, args);
    onBlocked(host);
    process.nextTick(() => this.destroy(new Error(`${host} is not this machine.`)));
    return this;
  };
}
