import type { FastifyInstance } from 'fastify';
import { readForms } from '../forms.ts';
import { tellBrokenPages, underEachHome } from '../site-frame.ts';
import { registerAccount } from './account-routes.ts';
import { registerInbox } from './inbox.ts';
import { memberRoutes } from './member-routes.ts';
import type { MemberSiteParts } from './member-visit.ts';
import { PASSKEY_BYTES_MAX } from './passkey-form.ts';
import { registerRecovery } from './recovery-routes.ts';
import { registerRequest } from './request-routes.ts';
import { registerSecurity } from './security-routes.ts';
import { registerSignIn } from './sign-in-routes.ts';
import { registerStepUp } from './step-up-routes.ts';

/** Sign-up, sign-in, the account and the inbox, as a plugin of the HTTP server. They work without JavaScript, passkeys aside. */
export function memberSite(parts: MemberSiteParts) {
  return (server: FastifyInstance, _options: unknown, done: () => void): void => {
    readForms(server, PASSKEY_BYTES_MAX);
    tellBrokenPages(server, parts.log);
    underEachHome((home, language) => {
      const routes = memberRoutes(server, parts, home, language);
      registerSignIn(routes, parts);
      registerRecovery(routes, parts);
      registerAccount(routes, parts);
      registerSecurity(routes, parts);
      registerStepUp(routes, parts);
      registerInbox(routes, parts);
      registerRequest(routes, parts);
    });
    done();
  };
}
