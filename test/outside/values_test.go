package outside

import (
	"testing"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/urn"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"
)

type values = map[string]property.Value

func resourceURN(kind, name string) resource.URN {
	return urn.New("test", "provider", "", tokens.Type(kind), name)
}

func text(value string) property.Value { return property.New(value) }

func edge(table string, subscribe, publish bool) property.Value {
	return property.New(values{
		"database": text("shop"), "table": text(table),
		"subscribe": property.New(subscribe), "publish": property.New(publish),
	})
}

// node is a Node for peer on home.
func (c cluster) node(rest values) property.Map {
	inputs := values{
		"target": text("home"), "hostname": text(c.peer.Address), "verifyTls": property.New(false),
		"authorization": property.New(values{
			"username": text(c.peer.Username), "password": text(c.peer.Password),
		}).WithSecret(true),
	}
	for key, value := range rest {
		inputs[key] = value
	}
	return property.NewMap(inputs)
}

func has(t *testing.T, expected values) func(inputs, outputs property.Map) {
	return func(_, outputs property.Map) {
		for key, value := range expected {
			assert.Equal(t, value, outputs.Get(key), key)
		}
	}
}

func never(t *testing.T) func(inputs, outputs property.Map) {
	return func(property.Map, property.Map) { t.Error("an update where nothing differs") }
}

func kinds(diff p.DiffResponse) map[string]p.DiffKind {
	found := map[string]p.DiffKind{}
	for path, difference := range diff.DetailedDiff {
		found[path] = difference.Kind
	}
	return found
}
