import type { X509Certificate } from "node:crypto";
import type { TLSSocket } from "node:tls";
import { fingerprintIn } from "./certificates";
import type { Connection } from "./connection";

/** An instance's certificate is not accepted: what is wrong with it, and the way out. */
export class Distrust extends Error {
  readonly advice: string;

  constructor(problem: string, advice: string) {
    super(problem);
    this.name = "Distrust";
    this.advice = advice;
  }
}

/** Why an encrypted connection is not to be used; undefined where it is. */
export function distrust(socket: TLSSocket, host: string, connection: Connection): Distrust | undefined {
  const certificate = socket.getPeerX509Certificate();
  if (!certificate) return new Distrust("it has no certificate", "Check the endpoint: no Harper does that.");
  const { certificateFingerprint, insecureSkipTlsVerify } = connection;
  if (certificateFingerprint !== undefined) return mismatch(certificate, certificateFingerprint);
  if (socket.authorized || insecureSkipTlsVerify) return undefined;
  // Typed as an Error, but it is the code of one.
  const code = String(socket.authorizationError);
  const [problem, advice] = explain(code, certificate, host, connection);
  const pin = `Where it is the instance's own, certificateFingerprint ${certificate.fingerprint256} accepts it.`;
  return new Distrust(`its certificate ${problem}`, `${advice} ${pin}`);
}

function mismatch({ fingerprint256 }: X509Certificate, wanted: string): Distrust | undefined {
  if (fingerprint256 === fingerprintIn(wanted)) return undefined;
  return new Distrust(
    `its certificate has the SHA-256 fingerprint ${fingerprint256}, and certificateFingerprint is ${fingerprintIn(wanted)}`,
    "Nothing was sent. Where the instance's certificate was renewed, configure the new fingerprint; where it was not, somebody else answers there.",
  );
}

/** What is wrong, after "its certificate", and what to do. */
function explain(code: string, certificate: X509Certificate, host: string, connection: Connection): [string, string] {
  const given = connection.caCertificate !== undefined;
  const now = Date.now();
  switch (code) {
    case "CERT_HAS_EXPIRED":
      return Date.parse(certificate.validTo) < now
        ? [`expired on ${day(certificate.validTo)}`, "Renew it on the instance."]
        : ["is signed by an authority whose own has expired", "Renew that one, and caCertificate with it."];
    case "CERT_NOT_YET_VALID":
      return [
        `is valid only from ${day(certificate.validFrom)}`,
        "Check the clocks of this machine and of the instance.",
      ];
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return [
        `is for ${printable(certificate.subjectAltName ?? certificate.subject)}, not for ${host}`,
        "Use one of these names in the endpoint, or give the instance a certificate for that one.",
      ];
    case "DEPTH_ZERO_SELF_SIGNED_CERT":
      return [
        given ? "is signed by itself, and is not that of caCertificate" : "is signed by itself",
        "Give it as caCertificate.",
      ];
    case "SELF_SIGNED_CERT_IN_CHAIN":
    case "UNABLE_TO_GET_ISSUER_CERT":
    case "UNABLE_TO_GET_ISSUER_CERT_LOCALLY":
    case "UNABLE_TO_VERIFY_LEAF_SIGNATURE":
    case "CERT_SIGNATURE_FAILURE":
      return [
        `is signed by an authority that ${given ? "caCertificate is not" : "is not known here"} (${printable(certificate.issuer)})`,
        "Give that authority's certificate as caCertificate; one that Harper made itself is printed by `harperdb list_certificates json=true` on the instance.",
      ];
    default:
      return [`is not accepted (${code})`, "Check it with `openssl verify`."];
  }
}

const day = (date: string) => new Date(date).toISOString().slice(0, 10);

/** What a stranger wrote into a certificate: on one line, of some length, and without what terminals obey. */
const printable = (text: string) => {
  const line = text.replaceAll("\n", ", ").replace(/\p{C}/gu, "?");
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
};
