-- SPDX-License-Identifier: MIT
-- A database by upstream's SQLite: made, changed, checked and dumped by its shell; and upstream's own
-- benchmark, in small, checking what it computes.
local statements = [[
create table item(id integer primary key, name text not null, price real);
begin;
with recursive number(n) as (select 1 union all select n + 1 from number where n < 500)
insert into item select n, 'item ' || n, n * 1.5 from number;
commit;
create index by_name on item(name);
update item set price = price * 2 where id % 7 = 0;
delete from item where id between 100 and 200;
select count(*), sum(price), max(name) from item;
begin; delete from item; rollback;
vacuum;
pragma integrity_check;
attach '/tmp/other' as other;
create table other.copy as select name, price from item where id < 5;
select * from other.copy order by price desc;
select 1 / 0 is null, no_such_function();
.dump item
]]

boot {
	files = { ["statements.sql"] = { text = statements } },
	component "sqlite3" {
		ram = "12M", caps = 200,
		config = {
			args = { "sqlite3", "/tmp/database" },
			stdin = "/boot/statements.sql",
			mounts = {
				{ at = "/boot", rom = {} },
				{ at = "/tmp", ram = { size = "2M" } },
				{ at = "/dev", dev = {} },
			},
		},
		route = { service "ROM" { label = "statements.sql", parent }, service "LOG" { parent } },
	},
	component "speedtest1" {
		ram = "24M", caps = 300,
		config = {
			args = { "speedtest1", "--size", "1", "--verify", "--nosync", "/tmp/database" },
			mounts = { { at = "/tmp", ram = { size = "8M" } }, { at = "/dev", dev = {} } },
		},
		route = { service "LOG" { parent } },
	},
	within = 60,
}
expect { from = "sqlite3", text = "399|188827.5|item 99" }
expect { from = "sqlite3", text = "ok" }
expect { from = "sqlite3", text = "item 4|6.0" }
expect { from = "sqlite3", text = "no such function: no_such_function" }
expect { from = "sqlite3", text = "INSERT INTO item VALUES(500,'item 500',750.0);" }
exited { "sqlite3", code = 1 } -- as the shell does after an error in a script
expect { from = "speedtest1", pattern = "Verification Hash: (%x+ %x+)" }
exited { "speedtest1", code = 0 }
