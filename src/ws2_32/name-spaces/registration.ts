// WSASetService: one registration in one or more name spaces, done by all of their providers at the same time.
import {
  RNRSERVICE_DELETE,
  WSAEFAULT,
  WSAEINVAL,
  WSAEPROVIDERFAILEDINIT,
  WSAETIMEDOUT,
  WSAQUERYSETW,
  type WSASERVICECLASSINFOW,
} from '../../abi/index.js';
import { toQuerySetWide } from '../../abi/query-set.js';
import type { MaybePending } from '../../spi/index.js';
import type { Clock } from '../../win32/index.js';
import { withinTime } from '../within-time.js';
import { isNothingHere, tellingError } from './errors.js';
import { LONGEST_STEP } from './limits.js';
import type { NameSpaces } from './name-spaces.js';
import type { NameSpaceProvider } from './provider.js';

/** Registers or removes a service: 0 when one provider at least has done it, else the error that tells most. */
export function setService(
  { nameSpaces, clock }: { readonly nameSpaces: NameSpaces; readonly clock: Clock },
  info: WSAQUERYSETW,
  operation: number,
  flags: number,
): MaybePending<number> {
  if (!(info.dwSize >= WSAQUERYSETW.size)) return WSAEFAULT;
  const named = info.lpServiceClassId !== null && info.lpszServiceInstanceName !== null;
  const known = Number.isInteger(operation) && operation >= 0 && operation <= RNRSERVICE_DELETE;
  if (info.lpServiceClassId === null || !named || !known) return WSAEINVAL;
  const chosen = nameSpaces.choose(info.lpNSProviderId, info.dwNameSpace);
  if (chosen.error !== 0) return chosen.error;
  const classInfo = nameSpaces.classes.byId(info.lpServiceClassId);
  const answers = chosen.providers.map((provider) => ask(clock, provider, classInfo, info, operation, flags));
  const done = (errors: readonly number[]): number => {
    chosen.providers.forEach((provider, index) => {
      const error = errors[index] ?? 0;
      if (error !== 0 && !isNothingHere(error)) provider.note('name space provider refused a registration', error);
    });
    return errors.includes(0) ? 0 : tellingError(errors);
  };
  const atOnce = answers.filter((answer) => typeof answer === 'number');
  if (atOnce.length === answers.length) return done(atOnce);
  return Promise.all(answers.map((answer) => Promise.resolve(answer))).then(done);
}

function ask(
  clock: Clock,
  provider: NameSpaceProvider,
  classInfo: WSASERVICECLASSINFOW | null,
  info: WSAQUERYSETW,
  operation: number,
  flags: number,
): MaybePending<number> {
  // A copy for each: what one provider does with it is not the others' business.
  const answer = provider.routines?.setService(classInfo, toQuerySetWide(info), operation, flags) ?? WSAEPROVIDERFAILEDINIT;
  const within = withinTime(clock, LONGEST_STEP, answer);
  if (!(within instanceof Promise)) return within;
  return within.then((error) => (error === 'timeout' ? WSAETIMEDOUT : error));
}
