/**
 * What making or changing an object may do to rows and credentials, said at the preview that would do it, with what the
 * instances can count. What real servers do was found by counting rows (docs/harper-defects.md, "Rows that are there already").
 */

export { nodeHazards, peerOf } from "./node";
export { tellOfReturning } from "./returning";
export { routeHazards } from "./route";
export { routesHazards } from "./routes";
export { subscriptionHazards } from "./subscription";
