// A layer that encrypts TCP connections by TLS, with Node's own. What a session is like is session.ts's, what a socket
// sees of it encrypted.ts's; this file reads the settings.
import { TLSSocket, connect, createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls';
import { parseIpv4, parseIpv6 } from '../../../abi/index.js';
import type { LPWSPSTARTUP } from '../../../spi/index.js';
import { deviceLayer } from '../device/index.js';
import { SettingError, Settings } from '../kit/settings.js';
import { Encrypted, type Terms } from './encrypted.js';
import { fileOf } from './material.js';
import type { MakeTls } from './session.js';

const DEFAULT_PATIENCE = 21;
const MOST_PATIENCE = 3600;

function nameIn(settings: Settings): string | null {
  const name = settings.text('servername');
  if (name === null || (parseIpv4(name) === null && parseIpv6(name) === null)) return name;
  throw new SettingError(`the setting 'servername' is '${name}' and no name; an address is checked without it`);
}

function contextOf(what: string, options: SecureContextOptions): SecureContext {
  try {
    return createSecureContext(options);
  } catch (error) {
    throw new SettingError(`${what} cannot be used: ${error instanceof Error ? error.message : 'no reason given'}`);
  }
}

function clientIn(settings: Settings): Terms['client'] {
  const ca = fileOf('ca', settings.text('ca'));
  const servername = nameIn(settings);
  const rejectUnauthorized = settings.choice('verify', ['yes', 'no'] as const) !== 'no';
  const secureContext = contextOf("the setting 'ca'", ca === null ? {} : { ca });
  const name = servername === null ? {} : { servername };
  return ({ address }) =>
    (socket) =>
      connect({ socket, host: address, secureContext, rejectUnauthorized, ...name });
}

function serverIn(settings: Settings): MakeTls | null {
  const cert = fileOf('cert', settings.text('cert'));
  const key = fileOf('key', settings.text('key'), true);
  if (cert === null && key === null) return null;
  if (cert === null || key === null) throw new SettingError("the settings 'cert' and 'key' come together");
  const secureContext = contextOf("the settings 'cert' and 'key'", { cert, key });
  return (carrier) => new TLSSocket(carrier, { isServer: true, secureContext });
}

/**
 * Makes the WSPStartup of a TLS layer. Programs read and write plaintext; TCP connections that they make carry TLS, and
 * those that they accept if there is a certificate. Datagrams go through as they are. Its settings; files are absolute
 * paths, in PEM, that others cannot write to:
 *
 * - `ca`: the certificates that a server's must lead to; without it those that Node trusts.
 * - `servername`: the name to ask the server for, and that its certificate must have; without it the address.
 * - `verify`: `yes`, or `no` to talk to whoever answers.
 * - `cert`, `key`: the certificate, with those between, and the key of accepted connections; a key that others can
 *   read is refused.
 * - `timeout`: seconds that a handshake may take; 21 without it.
 *
 * @returns WSPStartup; a setting that makes no sense is an exception, which fails the start with WSAEPROVIDERFAILEDINIT
 */
export function tlsLayer(): LPWSPSTARTUP {
  return deviceLayer({
    description: 'encrypts connections by TLS',
    module: 'winsock2/layers/tls',
    start: ({ process: { clock }, started, note }) => {
      const settings = new Settings(started.settings);
      const client = clientIn(settings);
      const server = serverIn(settings);
      const patience = 1000 * (settings.number('timeout', 1, MOST_PATIENCE) ?? DEFAULT_PATIENCE);
      settings.done();
      const terms: Terms = { client, server, patience, note };
      return { make: () => new Encrypted(clock, terms) };
    },
  });
}

/** Starts the layer for a chain; see `layer`. */
export const WSPStartup = tlsLayer();
