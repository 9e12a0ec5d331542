import { X509Certificate } from "node:crypto";
import { generate } from "selfsigned";

/** A certificate and its key, as PEM. */
export interface Pair {
  cert: string;
  key: string;
}

const day = 24 * 60 * 60 * 1000;
/** So many days from now. */
export const inDays = (days: number) => new Date(Date.now() + days * day);

export const fingerprintOf = ({ cert }: Pick<Pair, "cert">) => new X509Certificate(cert).fingerprint256;

/** An authority of its own. */
export const makeAuthority = (name = "an authority") =>
  make(name, {
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, critical: true },
    ],
  });

interface Wanted {
  /** Who signs it; left out, it signs itself. */
  by?: Pair;
  ip?: string;
  from?: Date;
  until?: Date;
}

/** The certificate of a server or a client. */
export const makeCertificate = (name: string, { by, ip = "127.0.0.1", from, until }: Wanted = {}) =>
  make(name, {
    extensions: [{ name: "subjectAltName", altNames: [{ type: 7, ip }] }],
    ...(by && { ca: by }),
    ...(from && { notBeforeDate: from }),
    ...(until && { notAfterDate: until }),
  });

async function make(name: string, options: NonNullable<Parameters<typeof generate>[1]>): Promise<Pair> {
  const attributes = [{ name: "commonName", value: name }];
  const made = await generate(attributes, { keyType: "ec", algorithm: "sha256", ...options });
  return { cert: made.cert, key: made.private };
}
