import { createPrivateKey, X509Certificate } from "node:crypto";

const pem = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** What is wrong with a PEM of one or more certificates. */
export function certificateProblem(text: string): string | undefined {
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) return "has a private key in it, which belongs into clientKey";
  const found = text.match(pem) ?? [];
  if (found.length === 0)
    return "is no PEM: give the text of the certificate, from -----BEGIN CERTIFICATE----- on, not the name of its file";
  const broken = found.findIndex((one) => !parsed(() => new X509Certificate(one)));
  if (broken < 0) return undefined;
  return `is no PEM: ${found.length > 1 ? `certificate ${broken + 1} of it` : "the certificate"} cannot be read`;
}

/** What is wrong with a PEM of a private key. */
export function keyProblem(text: string): string | undefined {
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(text))
    return "is encrypted: give the key without a passphrase (openssl pkey -in FILE)";
  if (parsed(() => createPrivateKey(text))) return undefined;
  return "is no PEM of a private key: give its text, from -----BEGIN on, not the name of its file";
}

/** Whether the key is another one than that of the first certificate. Of what cannot be read it is not told. */
export const isOtherKey = (certificate: string, key: string): boolean =>
  parsed(() => new X509Certificate(certificate.match(pem)?.[0] ?? "").checkPrivateKey(createPrivateKey(key))) === false;

/** A SHA-256 fingerprint as Node and openssl print it (`AB:CD:…`), whatever its spelling; undefined where it is none. */
export function fingerprintIn(text: string): string | undefined {
  const digits = text
    .trim()
    .replace(/^sha-?256(?: fingerprint=|:)/i, "")
    .replaceAll(":", "")
    .toUpperCase();
  return /^[0-9A-F]{64}$/.test(digits) ? digits.match(/../g)?.join(":") : undefined;
}

/** Undefined where it throws: the parsers' messages say nothing that helps. */
function parsed<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}
