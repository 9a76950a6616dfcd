// The link from an OVERLAPPED to the operation that it stands for: what Windows' kernel finds by the address. It is a
// private field, so that programs neither see nor copy it. What an operation is, is win32's business.

let read: (slot: object) => object | null;
let write: (slot: object, operation: object | null) => void;

/** For objects that only look like an OVERLAPPED. */
const others = new WeakMap<object, object>();

/** What OVERLAPPED inherits its link from. */
export class OperationSlot {
  #operation: object | null = null;

  static {
    read = (slot) => (#operation in slot ? slot.#operation : (others.get(slot) ?? null));
    write = (slot, operation) => {
      if (#operation in slot) slot.#operation = operation;
      else if (operation === null) others.delete(slot);
      else others.set(slot, operation);
    };
  }
}

/** The operation last started with an OVERLAPPED, or null. */
export function operationOf(overlapped: object): object | null {
  return read(overlapped);
}

/** Notes the operation that an OVERLAPPED stands for from now on. */
export function setOperation(overlapped: object, operation: object | null): void {
  write(overlapped, operation);
}
