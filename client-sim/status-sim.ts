export * from '../server/index.ts';
export * from './index.ts';
