export { buildSnapshot } from './build-snapshot.ts';
export { createFakeClock, type FakeClock } from './fake-clock.ts';
export {
  createMemoryReceiver,
  type MemoryReceiver,
  type ReceivedPoint,
  readPoints,
} from './memory-receiver.ts';
