import { Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { HarperError } from "../../operations-api";
import { toStruct } from "./struct";

/** An error in gRPC's form; what the engine shows is `details`. */
export class Failure extends Error implements Partial<ServiceError> {
  readonly code: status;
  readonly details: string;
  readonly metadata?: Metadata;

  constructor(code: status, details: string, metadata?: Metadata) {
    super(details);
    this.code = code;
    this.details = details;
    if (metadata) this.metadata = metadata;
  }
}

export function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof HarperError)
    return new Failure(error.code === "cancelled" ? status.CANCELLED : status.UNKNOWN, error.message);
  const stack = error instanceof Error ? error.stack : String(error);
  return new Failure(status.INTERNAL, `This is a defect of pulumi-harper. Please report it, with this text: ${stack}`);
}

/** What is left of an object that was made in part, as the engine is to keep it. */
export interface Remains {
  id: string;
  properties: Record<string, unknown>;
  reason: string;
}

/**
 * The engine reads it from a field that gRPC itself knows nothing of. It is not to be refreshed before the next update:
 * with a refresh that succeeds the engine forgets that the object was made in part only, and updates nothing.
 */
export function partialFailure({ id, properties, reason }: Remains): Failure {
  const remaining = new ErrorResourceInitFailed()
    .setId(id)
    .setProperties(toStruct(properties))
    .setReasonsList([reason])
    .setRefreshBeforeUpdate(false);
  const packed = new Any();
  packed.pack(remaining.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const answer = new Status().setCode(status.UNKNOWN).setMessage(reason).setDetailsList([packed]);
  const metadata = new Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(answer.serializeBinary()));
  return new Failure(status.UNKNOWN, reason, metadata);
}
