package outside

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const clusterVariable = "HARPER_TEST_CLUSTER"

type instance struct {
	Endpoint string `json:"endpoint"`
	Username string `json:"username"`
	Password string `json:"password"`
	// Where it replicates, which is also the name it reports of itself.
	Address string `json:"address"`
}

type cluster struct{ home, peer instance }

// openCluster answers two instances with the tables shop.dog, cat and bird, without peers and routes, as they are left
// again after the test.
func openCluster(t *testing.T) cluster {
	t.Helper()
	file := os.Getenv(clusterVariable)
	if file == "" {
		t.Skip(clusterVariable + " names no cluster.json: start stand-in.mts, or `pulumi-harper cluster up`")
	}
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	var state struct {
		Instances map[string]instance `json:"instances"`
	}
	require.NoError(t, json.Unmarshal(text, &state))
	names := slices.Sorted(maps.Keys(state.Instances))
	require.GreaterOrEqual(t, len(names), 2, file)
	opened := cluster{home: state.Instances[names[0]], peer: state.Instances[names[1]]}
	for _, one := range opened.all() {
		for _, table := range []string{"dog", "cat", "bird"} {
			// Refused where it is there already.
			_ = one.ask(nil, map[string]any{
				"operation": "create_table", "database": "shop", "table": table, "primary_key": "id",
			})
		}
	}
	opened.empty(t)
	t.Cleanup(func() { opened.empty(t) })
	return opened
}

func (c cluster) all() []instance { return []instance{c.home, c.peer} }

// settings is harper:instances.
func (c cluster) settings() map[string]any {
	of := func(one instance) map[string]any {
		return map[string]any{"endpoint": one.Endpoint, "username": one.Username, "password": one.Password}
	}
	return map[string]any{"home": of(c.home), "peer": of(c.peer)}
}

func (c cluster) empty(t *testing.T) {
	t.Helper()
	require.Eventually(t, func() bool {
		left := 0
		for _, one := range c.all() {
			for _, peer := range one.peers(t) {
				left++
				_ = one.ask(nil, map[string]any{"operation": "remove_node", "hostname": peer})
			}
			_ = one.ask(nil, map[string]any{"operation": "set_configuration", "replication_routes": []string{}})
		}
		return left == 0
	}, 10*time.Second, 100*time.Millisecond, "the instances still have peers")
	for _, one := range c.all() {
		// What was emptied past the provider is still claimed. Refused where nothing was.
		_ = one.ask(nil, map[string]any{"operation": "drop_table", "database": "pulumi_harper", "table": one.Address})
	}
}

func (i instance) peers(t *testing.T) []string {
	t.Helper()
	var rows []struct{ Name string }
	require.NoError(t, i.ask(&rows, map[string]any{
		"operation": "search_by_value", "database": "system", "table": "hdb_nodes",
		"search_attribute": "name", "search_value": "*", "get_attributes": []string{"name"},
	}))
	var names []string
	for _, row := range rows {
		names = append(names, row.Name)
	}
	return names
}

func (i instance) ask(answer any, operation map[string]any) error {
	body, err := json.Marshal(operation)
	if err != nil {
		return err
	}
	request, err := http.NewRequest(http.MethodPost, i.Endpoint, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.SetBasicAuth(i.Username, i.Password)
	request.Header.Set("Content-Type", "application/json")
	client := http.Client{Timeout: 20 * time.Second}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s on %s: %d %s", operation["operation"], i.Address, response.StatusCode, text)
	}
	if answer == nil {
		return nil
	}
	return json.Unmarshal(text, answer)
}
