import type { Instance } from "./instance";
import type { Fields } from "./store";

/** Certificates are told apart by name only: who issued what, and whom an instance trusts. */
export interface Certificate {
  /** The authority: its node's name, with `#1` and so on where the node was set up anew. */
  issuer: string;
  selfSigned: boolean;
}

export const authorityPem = (authority: string) =>
  `-----BEGIN CERTIFICATE-----\n${authority}\n-----END CERTIFICATE-----\n`;

export const authorityIn = (pem: string): string => pem.split("\n")[1] ?? "";

export function authorityInfo(pem: string): Fields {
  const [node = "", generation = ""] = authorityIn(pem).split("#");
  const name = `CN=HarperDB-Certificate-Authority-${node} C=USA ST=Colorado L=Denver O=HarperDB\\, Inc.`;
  return {
    issuer: name,
    subject: name,
    serialNumber: Buffer.from((generation + node).padEnd(8))
      .subarray(0, 8)
      .toString("hex")
      .toUpperCase(),
    validFrom: "Jan  1 00:00:00 2026 GMT",
    validTo: "Dec 30 00:00:00 2035 GMT",
  };
}

/** What an instance has of its own: its certificate, and the authority it made for itself. */
export function listCertificates({ name, authority, certificate }: Instance): Fields[] {
  const entry = (called: string, isAuthority: boolean, issuer: string) => {
    const { serialNumber, issuer: by, validFrom, validTo } = authorityInfo(authorityPem(issuer));
    const subject = isAuthority ? by : String(by).replace(/^CN=\S+/, `CN=${called}`);
    return {
      name: called,
      is_authority: isAuthority,
      details: { issuer: by, subject, serial_number: serialNumber, valid_from: validFrom, valid_to: validTo },
    };
  };
  return [entry(name, false, certificate.issuer), entry(`HarperDB-Certificate-Authority-${name}`, true, authority)];
}
