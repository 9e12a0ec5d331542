import { z } from "zod";
import { certificateProblem, fingerprintIn, isOtherKey, keyProblem } from "./certificates";
import { type Endpoint, endpointProblem, readEndpoint } from "./endpoint";

declare module "zod" {
  interface GlobalMeta {
    /** Encrypted in state and never printed. */
    secret?: boolean;
    /** Sent to Harper, but nowhere to be read back: a change of it is no difference. */
    writeOnly?: boolean;
    /** Steers the provider, not the object: neither sent as such nor compared. */
    settingOnly?: boolean;
  }
}

/** Text in which `problemIn` finds nothing wrong. */
const checked = (problemIn: (text: string) => string | undefined) =>
  z.string().superRefine((text, context) => {
    const problem = problemIn(text);
    if (problem) context.addIssue({ code: "custom", message: problem });
  });

/** How to reach the operations API of one instance. Never compared: a rotated password is no change of any resource. */
export const connectionSchema = z
  .strictObject({
    endpoint: checked(endpointProblem).meta({
      description:
        "URL of the operations API, such as `https://us-1.example.com:9925`; or the domain socket of an instance on this machine, `unix:///home/harper/hdb/operations-server`, which lets in who may write to that file without credentials.",
    }),
    username: z.string().min(1).optional().meta({ description: "A super_user, for Basic authentication." }),
    password: z.string().optional().meta({ description: "The password of `username`.", secret: true }),
    token: z.string().min(1).optional().meta({
      description: "An operation token issued by this very instance, instead of `username` and `password`.",
      secret: true,
    }),
    caCertificate: checked(certificateProblem).optional().meta({
      description:
        "PEM of the certificate authority that signed the instance's certificate. It is trusted in place of the system's authorities.",
    }),
    certificateFingerprint: checked(fingerprintProblem).optional().meta({
      description:
        "SHA-256 fingerprint of the instance's own certificate, as `openssl x509 -noout -fingerprint -sha256` prints it. That certificate is accepted and no other one, whoever signed it, whatever host it names, and even where it has expired.",
    }),
    clientCertificate: checked(certificateProblem).optional().meta({
      description:
        "PEM of the certificate that is shown to an instance that asks for one, with those between it and its authority. Instead of credentials where the instance logs in by it.",
    }),
    clientKey: checked(keyProblem)
      .optional()
      .meta({ description: "PEM of the private key of `clientCertificate`, without a passphrase.", secret: true }),
    insecureSkipTlsVerify: z.boolean().optional().meta({
      description: "Accept any certificate. Whoever sits between can then read the credentials. Default false.",
    }),
    allowPlainHttp: z
      .boolean()
      .optional()
      .meta({ description: "Send credentials over plain HTTP to a host that is not loopback. Default false." }),
    authoritySerial: z.string().min(1).optional().meta({
      description:
        "Serial number of the certificate authority that the instance made for itself. Another instance is then refused, and one that was set up anew is taken for the one it replaces. Default: the one that the state remembers.",
    }),
    gone: z.boolean().optional().meta({
      description:
        "The instance is gone for good. Nothing is asked of it: what was made on it can be deleted, and nobody waits for it as a peer. Its name here, or the host of its endpoint, is then taken for the name it reported. Default false.",
    }),
    maxConcurrency: z
      .int()
      .min(1)
      .max(100)
      .optional()
      .meta({ description: "Requests at once to this instance, of one process. Default 4." }),
    timeoutSeconds: z.number().positive().max(3600).optional().meta({
      description:
        "Seconds to wait for one answer, and for an instance that is restarting or too busy. Default 30; joining a node may take twice as long.",
    }),
  })
  .meta({ id: "Connection", description: "How to reach the operations API of one instance." });

/** A connection as the client uses it. */
export type Connection = z.output<typeof connectionSchema>;

/** What is wrong between the fields of a connection, by property. Nothing is returned where all is well. */
export function connectionProblems(connection: Partial<Connection>): Array<{ property: string; reason: string }> {
  const problems: Array<{ property: string; reason: string }> = [];
  const { username, password, token, clientCertificate, clientKey, certificateFingerprint } = connection;
  if (token && (username || password))
    problems.push({ property: "token", reason: "give either token or username and password" });
  if (username && password === undefined) problems.push({ property: "password", reason: "is missing beside username" });
  if (password !== undefined && !username)
    problems.push({ property: "username", reason: "is missing beside password" });
  if (clientCertificate && !clientKey)
    problems.push({ property: "clientKey", reason: "is missing beside clientCertificate" });
  if (clientKey && !clientCertificate)
    problems.push({ property: "clientCertificate", reason: "is missing beside clientKey" });
  if (clientCertificate && clientKey && isOtherKey(clientCertificate, clientKey))
    problems.push({ property: "clientKey", reason: "is not the key of clientCertificate" });
  if (certificateFingerprint && connection.insecureSkipTlsVerify)
    problems.push({ property: "insecureSkipTlsVerify", reason: "would make certificateFingerprint worthless" });
  const endpoint = whereabouts(connection);
  if (certificateFingerprint && endpoint && !endpoint.isTls)
    problems.push({ property: "certificateFingerprint", reason: "is of no use: only an https endpoint has one" });
  if (endpoint && sendsInClear(connection, endpoint) && !connection.allowPlainHttp)
    problems.push({
      property: "endpoint",
      reason: "would send credentials over plain HTTP to another machine: use https, or set allowPlainHttp",
    });
  return problems;
}

/** What is allowed and dangerous, in sentences about an instance of this name. */
export function connectionRisks(name: string, connection: Connection): string[] {
  const endpoint = readEndpoint(connection.endpoint);
  const risks: string[] = [];
  if (endpoint.isTls && connection.insecureSkipTlsVerify)
    risks.push(
      `${name} is reached without looking at its certificate (insecureSkipTlsVerify): whoever sits between can read the credentials and answer in its place. caCertificate or certificateFingerprint would end that.`,
    );
  if (sendsInClear(connection, endpoint))
    risks.push(
      `${name} is sent its credentials over plain HTTP (allowPlainHttp): whoever sits between can read the credentials and answer in its place. An https endpoint would end that.`,
    );
  return risks;
}

const sendsInClear = ({ username, token }: Partial<Connection>, { isTls, isLocal }: Endpoint): boolean =>
  Boolean(username || token) && !isTls && !isLocal;

function whereabouts({ endpoint }: Partial<Connection>): Endpoint | undefined {
  return endpoint === undefined || endpointProblem(endpoint) ? undefined : readEndpoint(endpoint);
}

function fingerprintProblem(text: string): string | undefined {
  if (fingerprintIn(text)) return undefined;
  return "is no SHA-256 fingerprint: 64 hexadecimal digits, with colons or without (openssl x509 -noout -fingerprint -sha256 -in FILE)";
}
