/** Harper's operations API, typed and made safe: the only folder that knows HTTP and Harper's texts. */

export { isPassing, whoWasAway } from "./backoff";
export { type Pending, replicates } from "./bindings";
export type { Look, WriteOutcome } from "./caller";
export { HarperClient, type SomeEdges, type Surroundings } from "./client";
export { type Connection, connectionProblems, connectionRisks, connectionSchema } from "./connection";
export { copiesFrom } from "./copy-source";
export { derived } from "./derived";
export { type Edge, edgeIn, edgeKey, edgeSchema, isOn, noEdges } from "./edges";
export { readEndpoint } from "./endpoint";
export { cannotTell, type ErrorCode, errorCodes, HarperError } from "./errors";
export {
  isSameProcess,
  noteRebound,
  readPending,
  readPendingAnew,
  readProcess,
  readRemoved,
  readSilenced,
  type ServerProcess,
} from "./history";
export { Lane, Turns } from "./lane";
export { type ClaimRow, type LeaseRow, type NewNote, type Note, Notes } from "./notes";
export {
  authorityName,
  type Certificate,
  type ConnectionStatus,
  clusteringOperations,
  type NodeRow,
  notesDatabase,
  notesOperations,
  type OperationName,
  operations,
} from "./operations";
export { hidden, withoutCredentials } from "./redaction";
export {
  addressOf,
  declaredAddress,
  defaultReplicationPort,
  hostOf,
  hostProblem,
  replicationUrl,
  urlProblem,
  type WireRoute,
  withoutUserinfo,
} from "./routes";
export { asBegun, asOne, forAll, hasBegun, patienceMs, polling, type Scope, scope, type Work } from "./scope";
export { Slots } from "./slots";
export type { SocketStatus } from "./socket-status";
export { fromWire } from "./wire";
