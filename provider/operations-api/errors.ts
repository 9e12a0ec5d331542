import { withoutUserinfo } from "./routes";

/** What can go wrong with an operation, and what to do about it: the only list of error codes. */
export const errorCodes = {
  unauthorised:
    "The credentials were refused. Check this instance's username and password, or token, in harper:instances.",
  forbidden: "The user is known but is not a super_user, and every clustering operation needs one. Use another user.",
  unreachable: "Nothing answers there. Check the endpoint, that Harper runs, and the network between.",
  gone: "harper:instances says that it is gone for good, so nothing is asked of it. Take what is declared on it out of the program; or, where it is back, take `gone` out of harper:instances.",
  busy: "It, or a proxy before it, is asked more than it can take. Run it again later, or give it a lower maxConcurrency.",
  timeout: "Harper does not stop an operation when its caller leaves, so it may still happen.",
  tls: "No TLS connection came about that both ends trust. Check the instance's certificate, and what is configured as caCertificate, certificateFingerprint, clientCertificate and clientKey.",
  invalid: "The request is not valid. Correct the property that is named.",
  notFound: "It is not there. Run `pulumi refresh` if it was removed outside of Pulumi.",
  exists: "It is there already and differs from what is declared.",
  unsupportedOperation: "This version of Harper does not have the operation.",
  halfDone:
    "Harper did a part of it and answered with success. Run `pulumi up` again once the cause is mended: it completes the rest.",
  notApplied: "Harper answered with success, but reading it back shows otherwise.",
  notReady:
    "Mend what is named, and run it again: it waits anew. Where it only takes longer, give it more `timeoutSeconds`.",
  refused: "pulumi-harper does not send this, because real servers are damaged by it.",
  identity: "The endpoint is another instance than the one this resource was made on.",
  leased: "Somebody else writes to this instance. Run it again when that is done.",
  claimed: "Another stack declares the same object. Declare it in one of the two.",
  moved:
    "The cluster is not as it was when the change was reviewed, so nothing was written. Review it again with `pulumi-harper review`, and set harper:expectedTopology to what that says, or unset it. A `pulumi destroy` still has what was set at the last `up`: run it with HARPER_EXPECTED_TOPOLOGY=any.",
  notLogged:
    "Nothing was sent, as what is not in the audit log is not done. See that the file of harper:auditLog can be written, or take the setting out.",
  cancelled: "It was cancelled before anything was changed.",
  failed: "Harper could not do it. Its log says more.",
} as const;

export type ErrorCode = keyof typeof errorCodes;

/** What `HarperError` is made of. `instance` is the name in harper:instances, `answer` the server's own words. */
export interface HarperErrorDetails {
  operation: string;
  instance: string;
  /** What happened, in a sentence without a full stop at the end. */
  problem: string;
  status?: number;
  /** How long it asks to be left alone. */
  retryAfterMs?: number;
  /** It was away or too busy for as long as it is waited for. */
  isInVain?: boolean;
  cause?: unknown;
  /** Replaces the general advice of the code where more is known. */
  advice?: string;
}

/** The one error of this package: a code to branch on, the operation and instance to look at, and what to do in its text. */
export class HarperError extends Error {
  readonly code: ErrorCode;
  readonly operation: string;
  readonly instance: string;
  readonly problem: string;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;
  readonly isInVain: boolean;
  private readonly advice: string | undefined;

  constructor(code: ErrorCode, details: HarperErrorDetails) {
    const { operation, instance, problem, status, retryAfterMs, isInVain = false, cause, advice } = details;
    super(withoutUserinfo(`${operation} on ${instance}: ${problem}. ${advice ?? errorCodes[code]}`), { cause });
    this.name = "HarperError";
    this.code = code;
    this.operation = operation;
    this.instance = instance;
    this.problem = problem;
    this.status = status;
    this.retryAfterMs = retryAfterMs;
    this.isInVain = isInVain;
    this.advice = advice;
  }

  /** The same where it was waited for: what happened says for how long. */
  inVain(problem: string): HarperError {
    const { code, operation, instance, status, cause, advice } = this;
    const known = { ...(status !== undefined && { status }), ...(advice && { advice }) };
    return new HarperError(code, { operation, instance, problem, isInVain: true, cause, ...known });
  }
}

/** The codes after which nothing is known of the object: never to be read as "it is gone". */
const silent = new Set<ErrorCode>([
  "unauthorised",
  "forbidden",
  "unreachable",
  "gone",
  "timeout",
  "busy",
  "tls",
  "cancelled",
  "failed",
]);

/** Whether the error leaves open what is true on the server. */
export function cannotTell(error: unknown): error is HarperError {
  return error instanceof HarperError && silent.has(error.code);
}
