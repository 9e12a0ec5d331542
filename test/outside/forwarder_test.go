package outside

import (
	"context"

	pbempty "google.golang.org/protobuf/types/known/emptypb"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// forwarder is a provider whose every answer comes from a plugin.
type forwarder struct {
	pulumirpc.UnimplementedResourceProviderServer
	plugin pulumirpc.ResourceProviderClient
}

func (f forwarder) Handshake(
	ctx context.Context, in *pulumirpc.ProviderHandshakeRequest,
) (*pulumirpc.ProviderHandshakeResponse, error) {
	return f.plugin.Handshake(ctx, in)
}

func (f forwarder) GetSchema(
	ctx context.Context, in *pulumirpc.GetSchemaRequest,
) (*pulumirpc.GetSchemaResponse, error) {
	return f.plugin.GetSchema(ctx, in)
}

func (f forwarder) CheckConfig(ctx context.Context, in *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	return f.plugin.CheckConfig(ctx, in)
}

func (f forwarder) DiffConfig(ctx context.Context, in *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	return f.plugin.DiffConfig(ctx, in)
}

func (f forwarder) Configure(
	ctx context.Context, in *pulumirpc.ConfigureRequest,
) (*pulumirpc.ConfigureResponse, error) {
	return f.plugin.Configure(ctx, in)
}

func (f forwarder) Invoke(ctx context.Context, in *pulumirpc.InvokeRequest) (*pulumirpc.InvokeResponse, error) {
	return f.plugin.Invoke(ctx, in)
}

func (f forwarder) Check(ctx context.Context, in *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	return f.plugin.Check(ctx, in)
}

func (f forwarder) Diff(ctx context.Context, in *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	return f.plugin.Diff(ctx, in)
}

func (f forwarder) Create(ctx context.Context, in *pulumirpc.CreateRequest) (*pulumirpc.CreateResponse, error) {
	return f.plugin.Create(ctx, in)
}

func (f forwarder) Read(ctx context.Context, in *pulumirpc.ReadRequest) (*pulumirpc.ReadResponse, error) {
	return f.plugin.Read(ctx, in)
}

func (f forwarder) Update(ctx context.Context, in *pulumirpc.UpdateRequest) (*pulumirpc.UpdateResponse, error) {
	return f.plugin.Update(ctx, in)
}

func (f forwarder) Delete(ctx context.Context, in *pulumirpc.DeleteRequest) (*pbempty.Empty, error) {
	return f.plugin.Delete(ctx, in)
}

func (f forwarder) Cancel(ctx context.Context, in *pbempty.Empty) (*pbempty.Empty, error) {
	return f.plugin.Cancel(ctx, in)
}
