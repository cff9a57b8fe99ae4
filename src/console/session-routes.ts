import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { RefusalText } from '../doors/http/index.ts';
import { present } from '../kernel/assert.ts';
import { networkOf } from '../kernel/network-of.ts';
import { accepted } from '../kernel/result.ts';
import {
  setOperatorLocale,
  type Approvals,
  type From,
  type Operator,
  type SignInAnswer,
  type SignInDesk,
  type SignInRefusal,
} from '../operators/index.ts';
import { FRAME_REFUSALS, refusal, sendRefusal } from './problems.ts';
import {
  admit,
  consoleRoute,
  csrfTokenOf,
  isFromElsewhere,
  issuersOf,
  schemaOf,
  sendAnswer,
  setCookies,
  type ConsoleParts,
} from './route.ts';
import {
  codeForm,
  invitedForm,
  localeForm,
  passwordForm,
  passwordOnly,
  removalForm,
  secondFactorForm,
  signInForm,
} from './session-contract.ts';

interface SessionParts {
  readonly signIn: SignInDesk;
  readonly approvals: Approvals;
}

const UNREVIEWED_MAX = 100;

/** Sign-in, the session, and what everybody may do with the own account. */
export function sessionRoutes({ signIn, approvals }: SessionParts) {
  return (scope: FastifyInstance, parts: ConsoleParts): void => {
    registerSignIn(scope, signIn);
    registerAccount(scope, parts, signIn);
    consoleRoute(scope, parts, {
      method: 'GET',
      url: '/session',
      permission: 'own',
      concerns: 'all',
      audit: null,
      act: async (operator, { session }) => {
        const page = { which: 'unreviewed', before: null, size: UNREVIEWED_MAX } as const;
        const unreviewed = await approvals.list(operator, page);
        return accepted({
          operator: shownOperator(operator),
          issuers: issuersOf(operator, parts.catalogue()).map(({ key, nameJa, nameEn }) => ({
            key,
            nameJa,
            nameEn,
          })),
          csrfToken: csrfTokenOf(session, parts.keyRing),
          isSecondFactorNeeded: parts.isSecondFactorNeeded && !operator.hasSecondFactor,
          brokenGlass: unreviewed.length,
        });
      },
    });
    consoleRoute(scope, parts, {
      method: 'PUT',
      url: '/account/locale',
      permission: 'own',
      concerns: 'all',
      audit: null,
      body: localeForm,
      act: async ({ operatorId }, { body: { locale } }) => {
        await setOperatorLocale(parts.connection, parts, { operatorId, locale });
        return accepted({ locale });
      },
    });
  };
}

function shownOperator(operator: Operator): object {
  const { operatorId, name, email, locale, roles, permissions, hasSecondFactor } = operator;
  return {
    operatorId,
    name,
    email,
    locale,
    roles,
    permissions: [...permissions],
    hasSecondFactor,
  };
}

/** Routes that nobody is signed in for. They take JSON only, which no form of another site can send. */
function registerSignIn(scope: FastifyInstance, signIn: SignInDesk): void {
  const open = <Body extends z.ZodType>(
    url: string,
    body: Body,
    act: (sent: z.output<Body>, from: From) => Promise<SignInAnswer<unknown>>,
  ): void => {
    scope.post(url, {
      config: { consolePermission: 'anyone' },
      schema: schemaOf({ method: 'POST', url, body }),
      onRequest: async (request, reply) => {
        if (!isFromElsewhere(request)) return undefined;
        return sendRefusal(request, reply, 'not_ours', FRAME_REFUSALS.not_ours);
      },
      handler: async (request, reply) =>
        sendSigned(request, reply, await act(request.body as z.output<Body>, fromOf(request))),
    });
  };
  open('/sign-in', signInForm, async (form, from) => {
    const answer = await signIn.signIn(form, from);
    return answer.ok ? { ...answer, value: { next: answer.value } } : answer;
  });
  open('/sign-in/second-factor', secondFactorForm, (form, from) =>
    signIn.proveSecondFactor(form, from),
  );
  open('/sign-in/password', invitedForm, (form, from) => signIn.choosePassword(form, from));
}

function registerAccount(scope: FastifyInstance, parts: ConsoleParts, signIn: SignInDesk): void {
  const own = <Body extends z.ZodType>(
    url: string,
    body: Body | undefined,
    act: (operator: Operator, sent: z.output<Body>, from: From) => Promise<SignInAnswer<unknown>>,
  ): void => {
    scope.post(url, {
      config: { consolePermission: 'own' },
      schema: schemaOf({ method: 'POST', url, ...(body && { body }) }),
      onRequest: (request, reply) => admit(parts, request, reply),
      handler: async (request, reply) => {
        const { operator } = present(request.signedIn, 'the route is behind the sign-in');
        const sent = request.body as z.output<Body>;
        return sendSigned(request, reply, await act(operator, sent, fromOf(request)));
      },
    });
  };
  own('/sign-out', undefined, (operator, _sent, from) => signIn.signOut(operator, from));
  own('/account/password', passwordForm, (operator, form, from) =>
    signIn.changePassword(operator, form, from),
  );
  own('/account/second-factor', passwordOnly, (operator, { password }, from) =>
    signIn.beginSecondFactor(operator, password, from),
  );
  own('/account/second-factor/confirmation', codeForm, (operator, { code }, from) =>
    signIn.confirmSecondFactor(operator, code, from),
  );
  own('/account/second-factor/removal', removalForm, (operator, form, from) =>
    signIn.removeSecondFactor(operator, form, from),
  );
}

function fromOf(request: FastifyRequest): From {
  return {
    cookie: request.headers.cookie,
    address: networkOf(request.ip),
    userAgent: request.headers['user-agent'],
  };
}

function sendSigned(
  request: FastifyRequest,
  reply: FastifyReply,
  answer: SignInAnswer<unknown>,
): FastifyReply {
  setCookies(request, reply, answer.cookies);
  if (answer.ok) return sendAnswer(reply, answer.value);
  const { refusal: code, retryAfterMs } = answer;
  const facts = retryAfterMs === undefined ? {} : { retryAfterMs };
  return sendRefusal(request, reply, code, SIGN_IN_REFUSALS[code], facts);
}

const SIGN_IN_REFUSALS: Readonly<Record<SignInRefusal, RefusalText>> = {
  sign_in_refused: refusal(
    401,
    ['The e-mail address or the password is wrong', 'メールアドレスまたはパスワードが違います'],
    [
      'Try again. If you have lost your password, an administrator can invite you anew.',
      'もう一度入力してください。パスワードをお忘れの場合は、管理者に再招待を依頼してください。',
    ],
  ),
  second_factor_wrong: refusal(
    401,
    ['The code is wrong', '確認コードが違います'],
    [
      'Enter the code that your authenticator shows now. It changes every 30 seconds.',
      '認証アプリに今表示されているコードを入力してください。30秒ごとに変わります。',
    ],
  ),
  second_factor_over: refusal(
    401,
    ['This sign-in has ended', 'サインインの有効期限が切れました'],
    ['Begin again with your password.', 'パスワードの入力からやり直してください。'],
  ),
  second_factor_is_set: refusal(
    409,
    ['A second factor is set up already', '二段階認証は設定済みです'],
    ['Remove it first to set up another one.', '設定し直すには、先に解除してください。'],
  ),
  second_factor_not_set: refusal(
    409,
    ['No second factor is set up', '二段階認証は設定されていません'],
    ['Begin by entering your password.', 'パスワードの入力から始めてください。'],
  ),
  password_wrong: refusal(
    403,
    ['The password is wrong', 'パスワードが違います'],
    [
      'Nothing was changed. Enter your present password.',
      '変更していません。現在のパスワードを入力してください。',
    ],
  ),
  password_too_short: refusal(
    422,
    ['The password is too short', 'パスワードが短すぎます'],
    [
      'Take 12 characters at least: a few words that only you would put together.',
      '12文字以上にしてください。自分だけが思いつく言葉をいくつか並べると覚えやすくなります。',
    ],
  ),
  password_too_easy: refusal(
    422,
    ['The password is too easy to guess', '推測されやすいパスワードです'],
    [
      'It repeats a few characters, contains your address, or is longer than 200 characters. Choose another one.',
      '同じ文字の繰り返しやメールアドレスを含むもの、200文字を超えるものは使えません。別のものにしてください。',
    ],
  ),
  invitation_not_valid: refusal(
    410,
    ['The invitation is not valid', '招待が無効です'],
    [
      'It has been used, has ended after three days, or was replaced. Ask an administrator for a new one.',
      '使用済みか、3日の期限が過ぎたか、新しい招待に替わっています。管理者に再招待を依頼してください。',
    ],
  ),
  too_many_attempts: refusal(
    429,
    ['Too many attempts', '試行回数が多すぎます'],
    ['Wait for a while, then try again.', 'しばらく待ってから、もう一度お試しください。'],
  ),
};
