import { z } from "zod";

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

const endpoint = z.string().superRefine((text, context) => {
  const problem = endpointProblem(text);
  if (problem) context.addIssue({ code: "custom", message: problem });
});

/** How to reach the operations API of one instance. Never compared: a rotated password is no change of any resource. */
export const connectionSchema = z
  .strictObject({
    endpoint: endpoint.meta({ description: "URL of the operations API, such as `https://us-1.example.com:9925`." }),
    username: z.string().min(1).optional().meta({ description: "A super_user, for Basic authentication." }),
    password: z.string().optional().meta({ description: "The password of `username`.", secret: true }),
    token: z.string().min(1).optional().meta({
      description: "An operation token issued by this very instance, instead of `username` and `password`.",
      secret: true,
    }),
    caCertificate: z
      .string()
      .optional()
      .meta({ description: "PEM of the certificate authority that signed the instance's certificate." }),
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
    timeoutSeconds: z
      .number()
      .positive()
      .max(3600)
      .optional()
      .meta({ description: "Seconds to wait for one answer. Default 30; joining a node may take twice as long." }),
  })
  .meta({ id: "Connection", description: "How to reach the operations API of one instance." });

/** A connection as the client uses it. */
export type Connection = z.output<typeof connectionSchema>;

/** What is wrong between the fields of a connection, by property. Nothing is returned where all is well. */
export function connectionProblems(connection: Partial<Connection>): Array<{ property: string; reason: string }> {
  const problems: Array<{ property: string; reason: string }> = [];
  const { username, password, token } = connection;
  if (token && (username || password))
    problems.push({ property: "token", reason: "give either token or username and password" });
  if (username && password === undefined) problems.push({ property: "password", reason: "is missing beside username" });
  if (password !== undefined && !username)
    problems.push({ property: "username", reason: "is missing beside password" });
  if ((username || token) && !connection.allowPlainHttp && connection.endpoint && sendsInClear(connection.endpoint))
    problems.push({
      property: "endpoint",
      reason: "would send credentials over plain HTTP to another machine: use https, or set allowPlainHttp",
    });
  return problems;
}

function endpointProblem(text: string): string | undefined {
  if (!URL.canParse(text)) return "must be a URL such as https://us-1.example.com:9925";
  const url = new URL(text);
  if (url.protocol !== "http:" && url.protocol !== "https:") return "must start with https:// or http://";
  if (url.username || url.password) return "must not carry credentials: use username and password";
  if (url.pathname !== "/" || url.search || url.hash)
    return "must be only scheme, host and port: the operations API is at /";
  return undefined;
}

function sendsInClear(endpointText: string): boolean {
  if (!URL.canParse(endpointText)) return false;
  const { protocol, hostname } = new URL(endpointText);
  const loopback = hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
  return protocol === "http:" && !loopback;
}
