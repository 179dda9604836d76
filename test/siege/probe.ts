// Loaded into the besieged process before its program: whoever sends it a message learns how it is. Not by its standard
// output, which nobody reads in a siege.
import { takeReading } from '../soak/reading.ts';

process.on('message', () => process.send!(takeReading()));
process.channel!.unref(); // it must not keep the process alive
