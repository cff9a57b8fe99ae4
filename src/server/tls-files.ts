import { createSecureContext } from 'node:tls';
import { readFileSync } from 'node:fs';
import type { TillTls } from '../doors/till/index.ts';
import { WrongSetting, type Config, type Listener } from '../kernel/config.ts';

/** What the doors show to prove who they are; null: they speak in clear. */
export interface TlsFiles {
  readonly http: { readonly cert: string; readonly key: string } | null;
  readonly till: TillTls | null;
}

/** Read before anything is opened. Throws WrongSetting, which names the variable. */
export function readTlsFiles({ http, till }: Config): TlsFiles {
  const tillPair = readPair('KINKEN_TILL_TLS', till.tls);
  return {
    http: readPair('KINKEN_TLS', http.tls),
    till: tillPair && {
      ...tillPair,
      clientAuthorities:
        till.clientCaFile === null ? null : read('KINKEN_TILL_TLS_CLIENT_CA', till.clientCaFile),
    },
  };
}

function readPair(prefix: string, files: Listener['tls']): TlsFiles['http'] {
  if (files === null) return null;
  const cert = read(`${prefix}_CERT`, files.certFile);
  const key = read(`${prefix}_KEY`, files.keyFile);
  try {
    createSecureContext({ cert, key });
  } catch (error) {
    throw new WrongSetting(
      `${prefix}_CERT and ${prefix}_KEY are no certificate and its key: ${(error as Error).message}`,
    );
  }
  return { cert, key };
}

function read(name: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new WrongSetting(`${name} cannot be read: ${(error as Error).message}`);
  }
}
