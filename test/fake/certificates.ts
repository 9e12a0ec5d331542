import type { Fields } from "./store";

/** Certificates are told apart by name only: who issued what, and whom an instance trusts. */
export interface Certificate {
  /** The authority's node name. */
  issuer: string;
  selfSigned: boolean;
}

export const authorityPem = (node: string) => `-----BEGIN CERTIFICATE-----\n${node}\n-----END CERTIFICATE-----\n`;

export function authorityInfo(pem: string): Fields {
  const node = pem.split("\n")[1] ?? "";
  const name = `CN=HarperDB-Certificate-Authority-${node} C=USA ST=Colorado L=Denver O=HarperDB\\, Inc.`;
  return {
    issuer: name,
    subject: name,
    serialNumber: Buffer.from(node.padEnd(8)).subarray(0, 8).toString("hex").toUpperCase(),
    validFrom: "Jan  1 00:00:00 2026 GMT",
    validTo: "Dec 30 00:00:00 2035 GMT",
  };
}
