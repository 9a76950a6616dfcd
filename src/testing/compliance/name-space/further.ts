// Owns: the cases about registrations, notices of changes, control codes and service classes.
// Does not own: queries (queries.ts).
import {
  CreateEventW,
  FALSE,
  NSP_NOTIFY_EVENT,
  OVERLAPPED,
  RNRSERVICE_DELETE,
  RNRSERVICE_DEREGISTER,
  RNRSERVICE_REGISTER,
  SERVICE_MULTIPLE,
  SIO_NSP_NOTIFY_CHANGE,
  SOCKET_ERROR,
  STATUS_PENDING,
  TRUE,
  WSACOMPLETION,
  WSAEALREADY,
  WSAEFAULT,
  WSAEOPNOTSUPP,
  WSAEWOULDBLOCK,
  WSASERVICECLASSINFOW,
  WSASERVICE_NOT_FOUND,
  WSATYPE_NOT_FOUND,
  WSA_IO_PENDING,
  WSA_OPERATION_ABORTED,
  guid,
  ref,
  runIn,
  type CSADDR_INFO,
  type HANDLE,
} from '../../../index.js';
import type { Case, Space } from './space.js';
import { addresses, portsOf } from './addresses.js';

const UNKNOWN_CODE = 0x12345678;

/** The ports that the service is found with; null when it is not found. */
async function ports(space: Space): Promise<number[] | null> {
  const { results } = await space.all(space.under.service ?? {});
  const [first] = results;
  return first === undefined ? null : portsOf(first.lpcsaBuffer ?? []);
}

const withPorts = (...list: readonly number[]): { dwNumberOfCsAddrs: number; lpcsaBuffer: CSADDR_INFO[] } => {
  const lpcsaBuffer = addresses(list);
  return { dwNumberOfCsAddrs: lpcsaBuffer.length, lpcsaBuffer };
};

interface Step {
  readonly operation: number;
  readonly flags: number;
  readonly ports: readonly number[];
}
const step = (operation: number, flags: number, ...list: readonly number[]): Step => ({ operation, flags, ports: list });
const registered = step(RNRSERVICE_REGISTER, 0, 1001, 1002);

/** The table of WSASetService's page: what is done, how the last step ends, and what is found then. */
const REGISTRATIONS: readonly (readonly [string, readonly Step[], number, readonly number[] | null])[] = [
  ['registering creates', [registered], 0, [1001, 1002]],
  ['registering overwrites', [registered, step(RNRSERVICE_REGISTER, 0, 1003)], 0, [1003]],
  ['registering with SERVICE_MULTIPLE adds', [registered, step(RNRSERVICE_REGISTER, SERVICE_MULTIPLE, 1003)], 0, [1001, 1002, 1003]],
  ['deregistering what is not there', [step(RNRSERVICE_DEREGISTER, 0)], WSASERVICE_NOT_FOUND, null],
  ['deregistering with SERVICE_MULTIPLE takes some', [registered, step(RNRSERVICE_DEREGISTER, SERVICE_MULTIPLE, 1001)], 0, [1002]],
  ['deleting what is not there', [step(RNRSERVICE_DELETE, 0)], WSASERVICE_NOT_FOUND, null],
  ['deleting removes', [registered, step(RNRSERVICE_DELETE, 0)], 0, null],
  ['deleting twice', [registered, step(RNRSERVICE_DELETE, 0), step(RNRSERVICE_DELETE, 0)], WSASERVICE_NOT_FOUND, null],
  ['deleting with SERVICE_MULTIPLE takes some', [registered, step(RNRSERVICE_DELETE, SERVICE_MULTIPLE, 1002)], 0, [1001]],
];

async function control(space: Space, handle: HANDLE, code: number, completion: WSACOMPLETION | null = null): Promise<number> {
  const returned = ref(0);
  const { value, error } = await space.call(() =>
    space.table.NSPIoctl(handle, code, null, 0, null, 0, returned, completion, null),
  );
  return value === 0 ? 0 : error;
}

async function change(space: Space): Promise<void> {
  if (space.under.change !== undefined) await space.under.change(space);
  else if ((await space.set(RNRSERVICE_REGISTER, 0, withPorts(1009))) !== 0) throw new Error('nothing could be changed');
}

function onEvent(space: Space): { readonly completion: WSACOMPLETION; readonly overlapped: OVERLAPPED } {
  const completion = new WSACOMPLETION({ Type: NSP_NOTIFY_EVENT });
  const overlapped = new OVERLAPPED();
  overlapped.hEvent = runIn(space.process, () => CreateEventW(null, TRUE, FALSE, null));
  completion.Parameters.Event.lpOverlapped = overlapped;
  return { completion, overlapped };
}

const CLASS = guid('{C1A55000-0000-4000-8000-00000000C1A5}');
const schema = (): WSASERVICECLASSINFOW =>
  new WSASERVICECLASSINFOW({ lpServiceClassId: CLASS, lpszServiceClassName: 'of the suite', lpClassInfos: [] });

function readClass(space: Space, length = ref(0x10000)): WSASERVICECLASSINFOW | number {
  const info = new WSASERVICECLASSINFOW({ lpServiceClassId: CLASS });
  const { value, error } = space.now(() => space.table.NSPGetServiceClassInfo(space.id, length, info));
  return value === 0 ? info : error;
}

export const furtherCases: readonly Case[] = [
  ...REGISTRATIONS.map(([name, steps, last, found]): Case => ({
    name: `a service: ${name}`,
    needs: ['registration'],
    async run(space) {
      let outcome = 0;
      for (const { operation, flags, ports: list } of steps) outcome = await space.set(operation, flags, withPorts(...list));
      space.expect(outcome).toBe(last);
      space.expect((await ports(space))?.sort((a, b) => a - b) ?? null).toEqual(found);
    },
  })),
  {
    name: 'a registration is copied: what becomes of the structure changes nothing',
    needs: ['registration'],
    async run(space) {
      const given = withPorts(1001);
      await space.set(RNRSERVICE_REGISTER, 0, given);
      for (const { RemoteAddr } of given.lpcsaBuffer) (RemoteAddr.lpSockaddr as Uint8Array).fill(0);
      space.expect(await ports(space)).toEqual([1001]);
    },
  },
  {
    name: 'a name space without registration refuses it',
    async run(space) {
      if (!space.lacks.includes('registration')) return;
      const service = { ...space.under.known, lpszServiceInstanceName: 'not to be registered' };
      space.expect(await space.set(RNRSERVICE_REGISTER, 0, service)).toBe(WSAEOPNOTSUPP);
    },
  },
  {
    name: 'a control code that nobody knows is refused',
    needs: ['results'],
    async run(space) {
      space.expect(await control(space, await space.begin(), UNKNOWN_CODE)).toBe(WSAEOPNOTSUPP);
    },
  },
  {
    name: 'without notices of changes they are refused',
    needs: ['results'],
    async run(space) {
      if (!space.lacks.includes('notification')) return;
      space.expect(await control(space, await space.begin(), SIO_NSP_NOTIFY_CHANGE)).toBe(WSAEOPNOTSUPP);
    },
  },
  {
    name: 'a poll tells whether something has changed',
    needs: ['notification'],
    async run(space) {
      const handle = await space.begin();
      space.expect(await control(space, handle, SIO_NSP_NOTIFY_CHANGE)).toBe(WSAEWOULDBLOCK);
      await change(space);
      space.expect(await control(space, handle, SIO_NSP_NOTIFY_CHANGE)).toBe(0);
    },
  },
  {
    name: 'an event tells of a change',
    needs: ['notification'],
    async run(space) {
      const { completion, overlapped } = onEvent(space);
      const handle = await space.begin();
      space.expect(await control(space, handle, SIO_NSP_NOTIFY_CHANGE, completion)).toBe(WSA_IO_PENDING);
      space.expect(overlapped.Internal).toBe(STATUS_PENDING);
      await change(space);
      space.expect(overlapped.Internal).toBe(0);
    },
  },
  {
    name: 'ending the query ends its notices with WSA_OPERATION_ABORTED',
    needs: ['notification'],
    async run(space) {
      const { completion, overlapped } = onEvent(space);
      const handle = await space.begin();
      await control(space, handle, SIO_NSP_NOTIFY_CHANGE, completion);
      space.end(handle);
      space.expect(overlapped.Internal).toBe(WSA_OPERATION_ABORTED);
    },
  },
  {
    name: 'service classes are stored once, read and removed once',
    needs: ['classes'],
    run(space) {
      const { expect, id, table } = space;
      const install = () => space.now(() => table.NSPInstallServiceClass(id, schema()));
      const remove = () => space.now(() => table.NSPRemoveServiceClass(id, CLASS));
      expect(readClass(space)).toBe(WSATYPE_NOT_FOUND);
      expect(install().value).toBe(0);
      expect(install()).toEqual({ value: SOCKET_ERROR, error: WSAEALREADY });
      const length = ref(0);
      expect(readClass(space, length)).toBe(WSAEFAULT);
      expect(length.value).toBeGreaterThan(WSASERVICECLASSINFOW.size);
      expect(readClass(space, length)).toMatchObject({ lpszServiceClassName: 'of the suite' });
      expect(remove().value).toBe(0);
      expect(remove()).toEqual({ value: SOCKET_ERROR, error: WSATYPE_NOT_FOUND });
    },
  },
  {
    name: 'without service classes they are refused',
    run(space) {
      if (!space.lacks.includes('classes')) return;
      const outcome = space.now(() => space.table.NSPInstallServiceClass(space.id, schema()));
      space.expect(outcome).toEqual({ value: SOCKET_ERROR, error: WSAEOPNOTSUPP });
      space.expect(readClass(space)).toBe(WSAEOPNOTSUPP);
    },
  },
];
