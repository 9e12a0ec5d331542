import { isBusy } from "./backoff";
import { type ErrorCode, HarperError, type HarperErrorDetails } from "./errors";
import type { Answer } from "./transport";

/**
 * Harper's texts, and what they mean. A status of 200 is no success by itself: some operations answer it with the
 * failure in words, after half of the work.
 */

const half = /there was an error updating target node: (.*)/s;
const signing = /connection was required to sign certificate/;

/** The error an answer stands for; undefined where it is a success. `hide` takes out of its words what is secret. */
export function failureIn(
  operation: string,
  instance: string,
  answer: Answer,
  hide: (text: string) => string,
): HarperError | undefined {
  const quote = (words: string) => clip(hide(words));
  const text = textOf(answer.body);
  const fail = (code: ErrorCode, problem: string, advice?: string) =>
    new HarperError(code, {
      operation,
      instance,
      problem,
      status: answer.status,
      ...(answer.retryAfterMs !== undefined && { retryAfterMs: answer.retryAfterMs }),
      ...(advice ? { advice } : {}),
    } as HarperErrorDetails);
  const said = `Harper answered ${answer.status}${text ? ` "${quote(text)}"` : ""}`;

  if (answer.status === 200) {
    const partial = half.exec(messageOf(answer.body) ?? "");
    if (partial)
      return fail("halfDone", `the record here is written, but the peer was not told: ${quote(partial[1] ?? "")}`);
    const failed = failedConnectionsOf(answer.body);
    if (failed.length > 0) return fail("halfDone", `not every node was configured: ${quote(failed.join("; "))}`);
    if (typeof answer.body === "string")
      return fail(
        "failed",
        `the answer is no JSON: ${quote(answer.body)}`,
        "Check the endpoint: it may be another port or a proxy.",
      );
    return undefined;
  }
  if (isBusy(answer)) return fail("busy", said);
  if (answer.status === 401) return fail("unauthorised", said);
  if (answer.status === 403) return fail("forbidden", said);
  if (/Operation '.*' not found/.test(text)) return fail("unsupportedOperation", said);
  if (/does not exist/.test(text) && operation === "remove_node") return fail("notFound", said);
  if (/^(database|Table) '.*' does not exist$/.test(text)) return fail("notFound", said);
  if (operation === "create_table" && /already exists/.test(text)) return fail("exists", said);
  if (/Clustering must be enabled/.test(text))
    return fail(
      "invalid",
      said,
      "Give that instance a replication.hostname (or replication.url) in its configuration and restart it.",
    );
  if (answer.status === 400) return fail("invalid", said);
  if (signing.test(text) || /self-signed certificate/.test(text)) return fail("failed", said, joinAdvice(text));
  return fail("failed", said);
}

function joinAdvice(text: string): string {
  if (/Unauthorized/.test(text)) return "The peer refused the credentials of the first join: check `authorization`.";
  return "The first join needs the peer's credentials in `authorization`, and `verifyTls: false` where its certificate is self-signed.";
}

function textOf(body: unknown): string {
  if (typeof body === "string") return body;
  const error = (body as { error?: unknown } | null)?.error;
  if (typeof error === "string") return error;
  return messageOf(body) ?? (error ? JSON.stringify(error) : "");
}

const messageOf = (body: unknown): string | undefined => {
  const message = (body as { message?: unknown } | null)?.message;
  return typeof message === "string" ? message : undefined;
};

/** What configure_cluster could not do: nodes it names (as null, where they were given by hostname), and those it half added. */
function failedConnectionsOf(body: unknown): string[] {
  const { failed_nodes, connections } = Object(body) as { failed_nodes?: unknown; connections?: unknown };
  const named = Array.isArray(failed_nodes) ? failed_nodes : [];
  const responses = Array.isArray(connections) ? connections.map((one) => textIn(Object(one).response) ?? "") : [];
  return [
    ...named.map((name) => `${textIn(name) ?? "a node"} failed, see the log of the instance`),
    ...responses.filter((response) => half.test(response)),
  ];
}

const textIn = (value: unknown) => (typeof value === "string" ? value : undefined);
const clip = (text: string) => (text.length > 300 ? `${text.slice(0, 300)}…` : text);
