// gai_strerror: what an error of getaddrinfo means, for people.
import { errorText } from '../abi/index.js';
import { immediate } from './define.js';

/**
 * Tells what an error code means. Does not block, cannot fail, and works before WSAStartup.
 *
 * @param ecode - an EAI_ or WSA code
 * @returns a text for people; another one for every code, and one that says so for a code that is unknown
 * @see https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-gai_strerrora
 */
export const gai_strerrorA = immediate('gai_strerrorA', (_cell, ecode: number): string => errorText(ecode));

export { gai_strerrorA as gai_strerror };

/**
 * As gai_strerrorA. Does not block, cannot fail, and works before WSAStartup.
 *
 * @param ecode - an EAI_ or WSA code
 * @returns a text for people
 * @see https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-gai_strerrorw
 */
export const gai_strerrorW = immediate('gai_strerrorW', (_cell, ecode: number): string => errorText(ecode));
