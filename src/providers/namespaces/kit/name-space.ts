// What the author of a name space provider writes: an object that answers questions and keeps registrations. Types only; the
// SPI's handles, versions, flags, lengths and cancelling are the kit's.
import type {
  CSADDR_INFO,
  GUID,
  Memory,
  Ref,
  WSANAMESPACE_INFOEXW,
  WSAQUERYSETW,
  WSASERVICECLASSINFOW,
} from '../../../abi/index.js';
import type { MaybePending } from '../../../spi/index.js';
import type { Process } from '../../../win32/index.js';

/** What a provider is started with. */
export interface NameSpaceStart {
  /** Under which id; one module may serve several. */
  readonly providerId: GUID;
  /** The catalog's entry: name space, version, name, and what the installer left in ProviderSpecific. */
  readonly info: WSANAMESPACE_INFOEXW;
  /** The settings in the module's name: the `a=1` of `winsock2/namespaces/dns?a=1`. */
  readonly settings: URLSearchParams;
  /** The process that it is started in: its clock, its trace, its devices. */
  readonly process: Process;
}

/** What a query asks for. */
export interface Question {
  /** lpszServiceInstanceName; '' for none. */
  readonly name: string;
  readonly serviceClassId: GUID;
  /** The class's schema, where there is one. */
  readonly classInfo: WSASERVICECLASSINFOW | null;
  /** lpszContext: where in a hierarchy to start; '' for the top. */
  readonly context: string;
  /** lpszQueryString; '' for none. */
  readonly queryString: string;
  /** LUP_ bits. The kit sees to LUP_RETURN_…, LUP_CONTAINERS and LUP_NOCONTAINERS; LUP_DEEP, LUP_NEAREST and LUP_FLUSHCACHE are the provider's. */
  readonly flags: number;
  /** Everything else that was asked, as lpBlob: a copy, the provider's to keep. */
  readonly restrictions: WSAQUERYSETW;
  /** Aborted when the query is ended: whatever is under way for it can stop. */
  readonly signal: AbortSignal;
  /** The same query is asked again after a change: the program went on with WSALookupServiceNext. */
  readonly again: boolean;
}

/** One result. What is left out, the result does not have. */
export interface Answer {
  /** lpszServiceInstanceName. */
  readonly name?: string;
  /** The class, where it is another one than was asked for. */
  readonly serviceClassId?: GUID;
  /** The instance's version; a query that asks for one gets only those that have it. */
  readonly version?: number;
  readonly comment?: string;
  readonly context?: string;
  readonly queryString?: string;
  readonly addresses?: readonly CSADDR_INFO[];
  /** Bytes of lpBlob. */
  readonly blob?: Uint8Array;
  /** Further names: results of their own, with RESULT_IS_ALIAS, for those who ask for LUP_RETURN_ALIASES. */
  readonly aliases?: readonly string[];
  /** Whether it contains others, as a directory does. */
  readonly isContainer?: boolean;
  /** dwOutputFlags beside RESULT_IS_ALIAS: RESULT_IS_ADDED, RESULT_IS_CHANGED, RESULT_IS_DELETED. */
  readonly outputFlags?: number;
}

/**
 * The answers to a question, in order: at once (an array, a generator) or as they come (an async generator, which is asked for
 * its first answer when the query begins). A number among them is the Winsock error that ends them; one instead of them makes
 * the query fail at its beginning. Exceptions are for bugs: they become WSASYSCALLFAILURE.
 */
export type Answers = Iterable<Answer | number> | AsyncIterable<Answer | number> | number;

/** A service to register or remove. */
export interface Registration {
  readonly name: string;
  readonly serviceClassId: GUID;
  readonly classInfo: WSASERVICECLASSINFOW | null;
  readonly version: number | null;
  readonly comment: string | null;
  readonly context: string;
  readonly addresses: readonly CSADDR_INFO[];
  readonly blob: Uint8Array | null;
  /** SERVICE_MULTIPLE: it is about these addresses only; without it, about all that the service has. */
  readonly multiple: boolean;
}

/** The arguments of a control code. */
export interface Control {
  readonly code: number;
  readonly input: Memory | null;
  readonly inputSize: number;
  readonly output: Memory | null;
  readonly outputSize: number;
  /** Receives the bytes of output. */
  readonly returned: Ref;
}

/** Service classes kept by the provider itself. Each answers 0 or a Winsock error, at once. */
export interface ClassKeeper {
  install(info: WSASERVICECLASSINFOW): number;
  remove(id: GUID): number;
  /** The class, or null: WSATYPE_NOT_FOUND. */
  read(id: GUID): WSASERVICECLASSINFOW | null;
}

/** A name space. What it leaves out is refused with WSAEOPNOTSUPP. Errors are Winsock's, as numbers; 0 is success. */
export interface NameSpace {
  /** Answers a question. */
  query(question: Question): Answers;
  /** RNRSERVICE_REGISTER: with `multiple`, adds addresses to the service; else they are all that it has. */
  register?(registration: Registration): MaybePending<number>;
  /** RNRSERVICE_DEREGISTER: the service stays and loses its addresses, with `multiple` those named. */
  deregister?(registration: Registration): MaybePending<number>;
  /** RNRSERVICE_DELETE: the service goes; with `multiple` only once the addresses named were its last. */
  remove?(registration: Registration): MaybePending<number>;
  /** Tells of changes that may make the answers to a question wrong, until the result is called. For SIO_NSP_NOTIFY_CHANGE. */
  watch?(question: Question, changed: () => void): () => void;
  /**
   * Whether `watch` is called only once the program asks for notices, and not with every query: for one that has to look again
   * and again. It then tells of what changed since the query was answered as well.
   */
  readonly watchesWhenAsked?: boolean;
  /** Runs another control code on a query. */
  control?(question: Question, control: Control): MaybePending<number>;
  /** Whether there are containers; without them LUP_CONTAINERS is WSANO_DATA. */
  readonly hasContainers?: boolean;
  readonly classes?: ClassKeeper;
  /** The process is through with it. */
  close?(): void;
}
