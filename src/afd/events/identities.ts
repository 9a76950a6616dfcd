// Numbers for what a kernel would name by its address: endpoints and buffers. Nothing is kept alive by its number, and
// nothing has one before an event asks for it.

/** What every address is a multiple of, as pages are. */
const PAGE = 0x1000;

/** Gives numbers out. */
export class Identities {
  readonly #endpoints = new WeakMap<object, number>();
  readonly #memory = new WeakMap<object, number>();
  #lastEndpoint = 0;
  #nextPage = PAGE;

  /** The next endpoint's number, before there is an endpoint. */
  reserve(): number {
    this.#lastEndpoint += 1;
    return this.#lastEndpoint;
  }

  /** The endpoint that a number was reserved for. */
  name(endpoint: object, number: number): void {
    this.#endpoints.set(endpoint, number);
  }

  /** The number of an endpoint. */
  ofEndpoint(endpoint: object): number {
    let number = this.#endpoints.get(endpoint);
    if (number === undefined) {
      number = this.reserve();
      this.#endpoints.set(endpoint, number);
    }
    return number;
  }

  /**
   * The address of a buffer, as if memory had been laid out in the order in which it was first seen: two buffers that
   * overlap have addresses that do. 0 for none.
   */
  ofBuffer(bytes: Uint8Array | undefined): number {
    if (bytes === undefined) return 0;
    let base = this.#memory.get(bytes.buffer);
    if (base === undefined) {
      base = this.#nextPage;
      this.#memory.set(bytes.buffer, base);
      this.#nextPage += Math.max(1, Math.ceil(bytes.buffer.byteLength / PAGE)) * PAGE;
    }
    return base + bytes.byteOffset;
  }
}
