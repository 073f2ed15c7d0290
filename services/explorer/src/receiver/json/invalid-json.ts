/** A body that is not the OTLP/JSON of a request; the message says where. */
export class InvalidJson extends Error {
  override name = 'InvalidJson';
}
