// A name space that lasts: services in a file beside the catalog, shared by the programs of this user, with the catalog's own
// safety. Each registration is read, changed and saved with everybody else kept out; each query reads what is saved. On hosts
// without a catalog file it lives in memory. The setting `file` names another file. Built in as `winsock2/namespaces/registry`.
import { LUP_CONTAINERS, WSAEACCES, WSANO_DATA, WSANO_RECOVERY, WSASERVICE_NOT_FOUND, WSASYSNOTREADY } from '../../../abi/index.js';
import { documentsOf, type Process, type SharedDocument } from '../../../win32/index.js';
import {
  ServiceTable,
  nameSpaceProvider,
  type Answers,
  type NameSpace,
  type NameSpaceStart,
  type Question,
  type Registration,
} from '../kit/index.js';
import { findIn } from './contexts.js';
import { decodeServices, encodeServices } from './format.js';

const USUAL_FILE = 'registry.json';
/** Whose notes they are in the trace. */
const LAYER = 'winsock2/namespaces/registry';

/** The registered services of one document. */
class Registry implements NameSpace {
  readonly hasContainers = true;
  readonly #document: SharedDocument;
  readonly #process: Process;
  /** The table of the text that was read last. */
  #known: { readonly text: string | null; readonly table: ServiceTable } | null = null;
  readonly #watchers = new Set<() => void>();
  /** The text that everybody who watches has been told of. */
  #told: string | null = null;
  #unwatch: (() => void) | null = null;

  constructor(document: SharedDocument, process: Process) {
    this.#document = document;
    this.#process = process;
  }

  query(question: Question): Answers {
    const table = this.#table();
    if (typeof table === 'number') return table;
    const found = findIn(table, question);
    if (found.length > 0 || question.again) return found;
    return (question.flags & LUP_CONTAINERS) === 0 ? WSASERVICE_NOT_FOUND : WSANO_DATA;
  }

  register(registration: Registration): Promise<number> {
    return this.#change((table) => table.register(registration));
  }

  deregister(registration: Registration): Promise<number> {
    return this.#change((table) => table.deregister(registration));
  }

  remove(registration: Registration): Promise<number> {
    return this.#change((table) => table.remove(registration));
  }

  watch(_question: Question, changed: () => void): () => void {
    // One of its own each time: two queries may be told by the same function.
    const tell = (): void => {
      changed();
    };
    this.#watchers.add(tell);
    if (this.#unwatch === null) {
      this.#told = this.#text();
      this.#unwatch = this.#document.watch(() => {
        this.#tell(this.#text());
      });
    }
    return () => {
      this.#watchers.delete(tell);
      if (this.#watchers.size === 0) this.close();
    };
  }

  close(): void {
    this.#unwatch?.();
    this.#unwatch = null;
  }

  #text(): string | null {
    const loaded = this.#document.loadSync();
    return loaded.ok ? loaded.text : this.#told;
  }

  /** Of one change people hear once, whoever comes first: the change itself or the watch. */
  #tell(text: string | null): void {
    if (text === this.#told) return;
    this.#told = text;
    for (const changed of [...this.#watchers]) changed();
  }

  /** The services as they are now, or the error. */
  #table(): ServiceTable | number {
    const loaded = this.#document.loadSync();
    if (!loaded.ok) return this.#failed(loaded.error);
    if (this.#known?.text === loaded.text) return this.#known.table;
    const table = this.#read(loaded.text);
    if (table === null) return WSANO_RECOVERY;
    this.#known = { text: loaded.text, table };
    return table;
  }

  #read(text: string | null): ServiceTable | null {
    const records = decodeServices(text);
    if (records === null) {
      this.#note(`${this.#document.describe()} is no registry that this release can read; it is left as it is`);
      return null;
    }
    const table = new ServiceTable();
    for (const record of records) table.restore(record);
    return table;
  }

  async #change(change: (table: ServiceTable) => number): Promise<number> {
    let error = 0;
    const saved = await this.#document.update((text) => {
      // A table of its own: what is not saved must not be found.
      const table = this.#read(text);
      error = table === null ? WSANO_RECOVERY : change(table);
      return table === null || error !== 0 ? null : encodeServices(table.records);
    });
    if (!saved.ok) return this.#failed(saved.error);
    if (error === 0 && this.#watchers.size > 0) this.#tell(saved.text);
    return error;
  }

  #failed({ code, message }: { readonly code: number; readonly message: string }): number {
    this.#note(message);
    return code === 0 ? WSAEACCES : code;
  }

  #note(what: string): void {
    const { trace, clock } = this.#process;
    if (trace.on) trace.note(LAYER, what, [], clock.now());
  }
}

function open({ process, settings }: NameSpaceStart): NameSpace | number {
  const document = documentsOf(process)?.document(settings.get('file') ?? USUAL_FILE);
  return document === undefined ? WSASYSNOTREADY : new Registry(document, process);
}

export const { NSPStartup } = nameSpaceProvider(open);
