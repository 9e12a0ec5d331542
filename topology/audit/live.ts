import { z } from "zod";
import type { Instances } from "../../provider/instances";
import {
  authorityName,
  type Certificate,
  type Connection,
  HarperError,
  readEndpoint,
} from "../../provider/operations-api";
import { askEach } from "../live/read";

const certificate = z.object({
  name: z.string(),
  subject: z.string(),
  issuer: z.string(),
  /** `another`: none that an instance made for itself. */
  issuedBy: z.enum(["its own authority", "the authority of another instance", "another authority"]),
  isAuthority: z.boolean(),
  serial: z.string(),
  validTo: z.iso.datetime().nullable(),
  daysLeft: z.number().int().nullable(),
});

const instance = z.object({
  name: z.string().describe("In `harper:instances`."),
  reports: z.string(),
  version: z.string(),
  endpoint: z.string(),
  reachedBy: z
    .enum([
      "TLS, verified by the system's authorities",
      "TLS, verified by caCertificate",
      "TLS, verified by certificateFingerprint",
      "TLS, not verified",
      "plain HTTP",
      "domain socket",
    ])
    .describe("How this command, and the provider, speak to it."),
  certificates: z.array(certificate).nullable().describe("Those it has; null where it does not tell."),
  keepsCredentialsOf: z
    .array(z.string())
    .describe("Peers with whose credentials it was joined and keeps them, in clear."),
});

/** What the instances are now; without secrets. */
export const auditedInstances = z.object({
  instances: z.array(instance),
  silent: z.array(z.object({ name: z.string(), problem: z.string() })),
});

export type AuditedInstances = z.output<typeof auditedInstances>;
export type AuditedInstance = z.output<typeof instance>;

export async function readAudited(instances: Instances, now = Date.now()): Promise<AuditedInstances> {
  const { answers, silent } = await askEach(instances, instances.names, (name) => readInstance(instances, name, now));
  return { instances: answers, silent };
}

async function readInstance(instances: Instances, name: string, now: number): Promise<AuditedInstance> {
  const { client, connection } = instances.at(name);
  const reports = await client.nodeName();
  const [version, status, certificates] = await Promise.all([
    client.version(),
    client.clusterStatus(),
    client.certificates().catch(untold),
  ]);
  return {
    name,
    reports,
    version,
    endpoint: connection.endpoint,
    reachedBy: reachedBy(connection),
    certificates: certificates?.map((one) => described(one, reports, now)) ?? null,
    keepsCredentialsOf: status.connections.filter((one) => one.keepsCredentials).map((one) => one.name),
  };
}

/** Not every version tells, nor every user. */
function untold(error: unknown): undefined {
  if (!(error instanceof HarperError) || !["unsupportedOperation", "forbidden"].includes(error.code)) throw error;
}

function reachedBy(connection: Connection): AuditedInstance["reachedBy"] {
  const { isTls } = readEndpoint(connection.endpoint);
  if (connection.endpoint.startsWith("unix:")) return "domain socket";
  if (!isTls) return "plain HTTP";
  if (connection.insecureSkipTlsVerify) return "TLS, not verified";
  if (connection.certificateFingerprint) return "TLS, verified by certificateFingerprint";
  return connection.caCertificate ? "TLS, verified by caCertificate" : "TLS, verified by the system's authorities";
}

const dayMs = 24 * 60 * 60 * 1000;

function described({ name, subject, issuer, serial, validTo, isAuthority }: Certificate, reports: string, now: number) {
  const until = Date.parse(validTo ?? "");
  const isKnown = !Number.isNaN(until);
  return {
    name: name ?? "",
    subject: subject ?? "",
    issuer: issuer ?? "",
    issuedBy: issuedBy(issuer ?? "", reports),
    isAuthority,
    serial: serial ?? "",
    validTo: isKnown ? new Date(until).toISOString() : null,
    daysLeft: isKnown ? Math.floor((until - now) / dayMs) : null,
  };
}

function issuedBy(issuer: string, reports: string): z.output<typeof certificate>["issuedBy"] {
  const [, common = ""] = /CN=(\S+)/.exec(issuer) ?? [];
  if (common === authorityName(reports)) return "its own authority";
  return common.startsWith(authorityName("")) ? "the authority of another instance" : "another authority";
}
