// Owns: one simulated host with sockets on its loopback interface and short ways to ask for and fetch network events.
// Does not own: what is expected of them.
import { networkEventRules } from '../../src/afd/network-event-table.js';
import { AFD_DEVICE, type Afd } from '../../src/afd/index.js';
import { World, api, endpoint, must, start } from './world.js';

const { ref } = api;
const HWND_MESSAGE = -3 as api.HWND;
/** Virtual milliseconds after which the network is at rest. */
const REST = 300;
const MESSAGE = 0x8001;

const errorText = (error: number): string => (error === 0 ? '0' : api.errorName(error));

/** A host on which Winsock has been started. */
export class EventsBench {
  readonly world = new World({ seed: 1 }, 'host');
  #window: api.HWND | null = null;

  /** Runs `body` in the host's process, which is gone afterwards. */
  static async run(body: (bench: EventsBench) => Promise<void>): Promise<void> {
    const bench = new EventsBench();
    try {
      await bench.world.until(
        bench.#machine.run(async () => {
          await start();
          await body(bench);
        }),
        600_000,
      );
    } finally {
      bench.world.end();
    }
  }

  get #machine(): World['machines'][number] {
    return this.world.machine('host');
  }

  get host(): World['machines'][number]['host'] {
    return this.#machine.host;
  }

  get process(): World['machines'][number]['process'] {
    return this.#machine.process;
  }

  get afd(): Afd {
    return this.process.openDevice(AFD_DEVICE) as Afd;
  }

  settle(): Promise<void> {
    return this.world.sleep(REST);
  }

  tcp(): api.SOCKET {
    return api.socket(api.AF_INET, api.SOCK_STREAM, api.IPPROTO_TCP);
  }

  /** A bound socket and its name. */
  bound(s: api.SOCKET): { s: api.SOCKET; name: api.sockaddr_in } {
    const name = endpoint('127.0.0.1', 0);
    must('bind', api.bind(s, name, 16));
    must('getsockname', api.getsockname(s, name, ref(16)));
    return { s, name };
  }

  listener(): { s: api.SOCKET; name: api.sockaddr_in } {
    const bound = this.bound(this.tcp());
    must('listen', api.listen(bound.s, 8));
    return bound;
  }

  udp(): { s: api.SOCKET; name: api.sockaddr_in } {
    return this.bound(api.socket(api.AF_INET, api.SOCK_DGRAM, api.IPPROTO_UDP));
  }

  /** A connected socket, waiting to be accepted. */
  async caller(name: api.sockaddr_in): Promise<api.SOCKET> {
    const s = this.tcp();
    must('connect', await api.connect(s, name, 16));
    return s;
  }

  /** Two connected sockets; `a` made the connection. */
  async pair(): Promise<{ a: api.SOCKET; b: api.SOCKET }> {
    const { s, name } = this.listener();
    const a = await this.caller(name);
    const b = await api.accept(s, null, null);
    await api.closesocket(s);
    return { a, b };
  }

  /** Asks for events with an event object of their own. */
  select(s: api.SOCKET, events: number, event = api.WSACreateEvent()): api.WSAEVENT {
    must('WSAEventSelect', api.WSAEventSelect(s, event, events));
    return event;
  }

  /** Fetches the record, as `FD_READ/0 FD_CLOSE/0`. */
  fetch(s: api.SOCKET, event: api.WSAEVENT = api.WSA_INVALID_EVENT): string {
    const told = new api.WSANETWORKEVENTS();
    must('WSAEnumNetworkEvents', api.WSAEnumNetworkEvents(s, event, told));
    return networkEventRules
      .flatMap(({ event: bit, name }, place) =>
        (told.lNetworkEvents & bit) === 0 ? [] : [`${name}/${errorText(told.iErrorCode[place] ?? -1)}`],
      )
      .join(' ');
  }

  /** Whether an event object is set. */
  async isSet(event: api.WSAEVENT): Promise<boolean> {
    return (await api.WSAWaitForMultipleEvents(1, [event], api.FALSE, 0, api.FALSE)) === api.WSA_WAIT_EVENT_0;
  }

  get window(): api.HWND {
    return (this.#window ??= api.CreateWindowExW(0, 'Message', null, 0, 0, 0, 0, 0, HWND_MESSAGE, null, null, null));
  }

  /** Asks for messages. */
  post(s: api.SOCKET, events: number): void {
    must('WSAAsyncSelect', api.WSAAsyncSelect(s, this.window, MESSAGE, events));
  }

  /** Takes the messages about `s` out of the queue; those about other sockets are shown with their handles. */
  messages(s: api.SOCKET): string {
    const message: api.MSG = { hwnd: this.window, message: 0, wParam: 0, lParam: 0, time: 0 };
    const came: string[] = [];
    while (api.PeekMessageW(message, this.window, 0, 0, api.PM_REMOVE) !== 0) {
      const bit = api.WSAGETSELECTEVENT(message.lParam);
      const name = networkEventRules.find(({ event }) => event === bit)?.name ?? String(bit);
      const other = message.wParam === s ? '' : `${String(message.wParam)}:`;
      came.push(`${other}${name}/${errorText(api.WSAGETSELECTERROR(message.lParam))}`);
    }
    return came.join(' ');
  }
}
