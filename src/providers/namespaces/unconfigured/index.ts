// The name spaces that Windows lists and that have nothing behind them here: e-mail names without a provider for any domain,
// peer names without a cloud, a directory without a domain, Bluetooth without a radio. Each is asked as any other, finds no
// service, and takes no registration. Built in as `winsock2/namespaces/email`, `pnrp`, `ntds` and `bluetooth`.
import { WSASERVICE_NOT_FOUND } from '../../../abi/index.js';
import { nameSpaceProvider } from '../kit/index.js';

export const { NSPStartup } = nameSpaceProvider(() => ({ query: () => WSASERVICE_NOT_FOUND }));
