package outside

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/stretchr/testify/require"
)

type resourceName struct{ kind, name string }

// idsOf answers the ids of this package's resources in a state.
func idsOf(t *testing.T, state apitype.UntypedDeployment) map[resourceName]string {
	t.Helper()
	var deployment apitype.DeploymentV3
	require.NoError(t, json.Unmarshal(state.Deployment, &deployment))
	ids := map[resourceName]string{}
	for _, resource := range deployment.Resources {
		if kind := string(resource.Type); strings.HasPrefix(kind, "harper:") {
			ids[resourceName{kind, resource.URN.Name()}] = resource.ID.String()
		}
	}
	return ids
}
