// Makes and shows passkeys: the one thing on these pages that a browser does only for a script. A form with
// data-passkey stays hidden without it. What the browser answers goes into the form, which is sent as any other,
// so there is no call behind the page's back.
'use strict';
{
  const bytesOf = (text) =>
    Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (one) =>
      one.charCodeAt(0),
    );
  const textOf = (bytes) =>
    btoa(Array.from(new Uint8Array(bytes), (one) => String.fromCharCode(one)).join(''))
      .replaceAll('+', '-')
      .replaceAll('/', '_')
      .replaceAll('=', '');
  const withBytes = (list) => (list ?? []).map((each) => ({ ...each, id: bytesOf(each.id) }));

  async function make(options) {
    const made = await navigator.credentials.create({
      publicKey: {
        ...options,
        challenge: bytesOf(options.challenge),
        user: { ...options.user, id: bytesOf(options.user.id) },
        excludeCredentials: withBytes(options.excludeCredentials),
      },
    });
    return {
      id: made.id,
      clientDataJSON: textOf(made.response.clientDataJSON),
      attestationObject: textOf(made.response.attestationObject),
      transports: made.response.getTransports?.() ?? [],
    };
  }

  async function show(options) {
    const shown = await navigator.credentials.get({
      publicKey: {
        ...options,
        challenge: bytesOf(options.challenge),
        allowCredentials: withBytes(options.allowCredentials),
      },
    });
    const { userHandle } = shown.response;
    return {
      id: shown.id,
      clientDataJSON: textOf(shown.response.clientDataJSON),
      authenticatorData: textOf(shown.response.authenticatorData),
      signature: textOf(shown.response.signature),
      userHandle: userHandle && userHandle.byteLength > 0 ? textOf(userHandle) : null,
    };
  }

  async function fill(form) {
    const problem = form.querySelector('[data-problem]');
    const button = form.querySelector('button');
    problem.hidden = true;
    button.disabled = true;
    try {
      const options = JSON.parse(form.dataset.options);
      const answer = await (form.dataset.passkey === 'make' ? make(options) : show(options));
      form.elements.namedItem('credential').value = JSON.stringify(answer);
      form.submit();
    } catch {
      button.disabled = false;
      problem.hidden = false; // cancelled, timed out, or there already: the browser has said which
    }
  }

  const isAble = window.PublicKeyCredential !== undefined && navigator.credentials !== undefined;
  for (const form of isAble ? document.querySelectorAll('form[data-passkey]') : []) {
    form.hidden = false;
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      void fill(form);
    });
  }
  // Where a passkey can be used, the other way stands folded below it.
  for (const other of isAble ? document.querySelectorAll('details[data-instead]') : []) {
    other.open = other.querySelector('[data-keep-open]') !== null;
  }
}
