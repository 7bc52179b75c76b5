BEGIN TRANSACTION;
CREATE TABLE achievements (
	id TEXT NOT NULL, 
	what TEXT, 
	whom TEXT, 
	achieved_on TEXT, 
	told_to TEXT, 
	source_id TEXT, 
	_sequence BIGINT, 
	_version BIGINT, 
	_removed BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE actions (
	id TEXT NOT NULL, 
	what TEXT, 
	owner TEXT, 
	due TEXT, 
	task TEXT, 
	hours FLOAT, 
	done_on TEXT, 
	repeats TEXT, 
	about TEXT, 
	source_id TEXT, 
	_sequence BIGINT, 
	_version BIGINT, 
	_removed BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE actuals (
	id TEXT NOT NULL, 
	measure TEXT, 
	period_end TEXT, 
	value FLOAT, 
	note TEXT, 
	source_id TEXT, 
	_sequence BIGINT, 
	_version BIGINT, 
	_removed BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE approvals (
	id TEXT NOT NULL, 
	step BIGINT, 
	revision BIGINT, 
	approved_by TEXT, 
	approved_on TEXT, 
	condition TEXT, 
	bring_back_on TEXT, 
	source_id TEXT, 
	_sequence BIGINT, 
	_version BIGINT, 
	_removed BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE assignments (
	id TEXT NOT NULL, 
	task TEXT, 
	person TEXT, 
	share FLOAT, 
	hours FLOAT, 
	start TEXT, 
	finish TEXT, 
	source_id TEXT, 
	_sequence BIGINT, 
	_version BIGINT, 
	_removed BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE assumptions (
	id TEXT NOT NULL, 
	statement TEXT, 
	measure TEXT, 
	comparator TEXT, 
	threshold FLOAT, 
	review_on TEXT, 
	owner TEXT, 
	source_id TEXT, 
	_sequence BIGINT, 
	_version BIGINT, 
	_removed BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE availability (
	id TEXT NOT NULL, 
	person TEXT, 
	start TEXT, 
	finish TEXT, 
	share FLOAT, 
	source_id TEXT, 
	_sequence BIGINT, 
	_version BIGINT, 
	_removed BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE baselines (
	id TEXT NOT NULL, 
	name TEXT, 
	taken_on TEXT, 
	revision BIGINT, 
	source_id TEXT, 
	_sequence BIGINT, 
	_version BIGINT, 
	_removed BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE budget_lines (
	id TEXT NOT NULL, 
	unit TEXT, 
	task TEXT, 
	purpose TEXT, 
	category TEXT, 
	fiscal_year BIGINT, 
	month BIGINT, 
	amount BIGINT, 
	"case" TEXT, 
	state TEXT, 
	funding_source TEXT, 
	restricted_to TEXT, 
	is_recurring INTEGER, 
	source_id TEXT, 
	_sequence BIGINT, 
	_version BIGINT, 
	_removed BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE calendar_exceptions (
	id TEXT NOT NULL, 
	falls_on TEXT, 
	is_working INTEGER, 
	unit TEXT, 
	note TEXT, 
	source_id TEXT, 
	_sequence BIGINT, 
	_version BIGINT, 
	_removed BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE catchball (
	id TEXT NOT NULL, 
	objective TEXT, 
	round BIGINT, 
	said_by TEXT, 
	position TEXT, 
	value FLOAT, 
	reason TEXT, 
	said_on TEXT, 
	source_id TEXT, 
	_sequence BIGINT, 
	_version BIGINT, 
	_removed BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE closed_work (
	id TEXT NOT NULL, 
	name TEXT, 
	work_class TEXT, 
	basis TEXT, 
	estimate FLOAT, 
	actual FLOAT, 
	source_id TEXT, 
	_sequence BIGINT, 
	_version BIGINT, 
	_removed BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE communications (
	id TEXT NOT NULL, 
	audience TEXT, 
	message TEXT, 
	channel TEXT, 
	owner TEXT, 
	frequency TEXT, 
	next_on TEXT, 
	acknowledged_share FLOAT, 
	source_id TEXT, 
	_sequence BIGINT, 
	_version BIGINT, 
	_removed BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE comparisons (
	id TEXT NOT NULL, 
	rater TEXT, 
	a TEXT, 
	b TEXT, 
	judgement FLOAT, 
	source_id TEXT, 
	_sequence BIGINT, 
	_version BIGINT, 
	_removed BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE contributions (
	id TEXT NOT NULL, 
	task TEXT, 
	objective TEXT, 
	strength BIGINT, 
	source_id TEXT, 
	_sequence BIGINT, 
	_version BIGINT, 
	_removed BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE costs (
	id TEXT NOT NULL, 
	task TEXT, 
	unit TEXT, 
	category TEXT, 
	period_end TEXT, 
	amount BIGINT, 
	source_id TEXT, 
	_sequence BIGINT, 
	_version BIGINT, 
	_removed BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE countermeasures (
	id TEXT NOT NULL, 
	what TEXT, 
	about TEXT, 
	owner TEXT, 
	due TEXT, 
	expected_effect TEXT, 
	done_on TEXT, 
	source_id TEXT, 
	_sequence BIGINT, 
	_version BIGINT, 
	_removed BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE counters (
	prefix TEXT NOT NULL, 
	last INTEGER, 
	PRIMARY KEY (prefix)
);
INSERT INTO "counters" VALUES('P',1);
INSERT INTO "counters" VALUES('U',1);
INSERT INTO "counters" VALUES('O',1);
INSERT INTO "counters" VALUES('T',1);
CREATE TABLE criteria (
	id TEXT NOT NULL, 
	criterion TEXT, 
	question TEXT, 
	low_anchor TEXT, 
	high_anchor TEXT, 
	weight FLOAT, 
	source_id TEXT, 
	_sequence BIGINT, 
	_version BIGINT, 
	_removed BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE decisions (
	id TEXT NOT NULL, 
	text TEXT, 
	reason TEXT, 
	decided_by TEXT, 
	decided_on TEXT, 
	review_on TEXT, 
	about TEXT, 
	source_id TEXT, 
	_sequence BIGINT, 
	_version BIGINT, 
	_removed BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE demands (
	id TEXT NOT NULL, 
	task TEXT, 
	skill TEXT, 
	resource TEXT, 
	days FLOAT, 
	period_end TEXT, 
	source_id TEXT, 
	_sequence BIGINT, 
	_version BIGINT, 
	_removed BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE dependencies (
	id TEXT NOT NULL, 
	predecessor TEXT, 
	successor TEXT, 
	kind TEXT, 
	lag FLOAT, 
	source_id TEXT, 
	_sequence BIGINT, 
	_version BIGINT, 
	_removed BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE envelopes (
	id TEXT NOT NULL, 
	unit TEXT, 
	category TEXT, 
	fiscal_year BIGINT, 
	amount BIGINT, 
	source_id TEXT, 
	_sequence BIGINT, 
	_version BIGINT, 
	_removed BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE factors (
	id TEXT NOT NULL, 
	kind TEXT, 
	text TEXT, 
	pestle TEXT, 
	evidence TEXT, 
	weight FLOAT, 
	rating BIGINT, 
	source_id TEXT, 
	_sequence BIGINT, 
	_version BIGINT, 
	_removed BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE feedback (
	id TEXT NOT NULL, 
	text TEXT, 
	about TEXT, 
	given_on TEXT, 
	source_id TEXT, 
	_sequence BIGINT, 
	_version BIGINT, 
	_removed BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE funding (
	id TEXT NOT NULL, 
	initiative TEXT, 
	decision TEXT, 
	amount BIGINT, 
	reason TEXT, 
	source_id TEXT, 
	_sequence BIGINT, 
	_version BIGINT, 
	_removed BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE grades (
	id TEXT NOT NULL, 
	name TEXT, 
	cost_per_hour BIGINT, 
	source_id TEXT, 
	_sequence BIGINT, 
	_version BIGINT, 
	_removed BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE history (
	entry INTEGER NOT NULL, 
	revision INTEGER, 
	table_name TEXT, 
	row_id TEXT, 
	op TEXT, 
	"before" TEXT, 
	"after" TEXT, 
	PRIMARY KEY (entry)
);
INSERT INTO "history" VALUES(1,1,'people','P1','add','{}','{"hours_per_week": 40.0, "change_share": 20.0, "name": "Ana"}');
INSERT INTO "history" VALUES(2,2,'units','U1','add','{}','{"kind": "department", "name": "Branches"}');
INSERT INTO "history" VALUES(3,3,'objectives','O1','add','{}','{"level": "strategic", "kind": "committed", "title": "Every child reads", "owner": "P1", "due": "2029-12-31", "contributors": ["U1", "P1"]}');
INSERT INTO "history" VALUES(4,4,'tasks','T1','add','{}','{"kind": "task", "is_key": false, "name": "Reading rooms", "duration": 20.0, "deadline": "2028-06-30"}');
INSERT INTO "history" VALUES(5,5,'objectives','O1','set','{"title": "Every child reads"}','{"title": "Every child reads by eight"}');
INSERT INTO "history" VALUES(6,6,'tasks','T1','remove','{"name": "Reading rooms", "kind": "task", "parent": null, "objective": null, "unit": null, "owner": null, "backup": null, "due": null, "duration": 20.0, "start_no_earlier_than": null, "deadline": "2028-06-30", "optimistic": null, "pessimistic": null, "is_key": false, "level": null, "supplier": null, "description": null, "work_class": null, "source": null, "planned_start": null, "planned_finish": null, "source_id": null}','{}');
CREATE TABLE issues (
	id TEXT NOT NULL, 
	what TEXT, 
	owner TEXT, 
	due TEXT, 
	severity TEXT, 
	state TEXT, 
	about TEXT, 
	raised_on TEXT, 
	solution TEXT, 
	source_id TEXT, 
	_sequence BIGINT, 
	_version BIGINT, 
	_removed BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE lessons (
	id TEXT NOT NULL, 
	text TEXT, 
	kind TEXT, 
	about TEXT, 
	learned_on TEXT, 
	source_id TEXT, 
	_sequence BIGINT, 
	_version BIGINT, 
	_removed BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE measures (
	id TEXT NOT NULL, 
	name TEXT, 
	objective TEXT, 
	target_kind TEXT, 
	baseline FLOAT, 
	target FLOAT, 
	uom TEXT, 
	due TEXT, 
	baseline_on TEXT, 
	baseline_due TEXT, 
	baseline_owner TEXT, 
	lower FLOAT, 
	upper FLOAT, 
	frequency TEXT, 
	source TEXT, 
	owner TEXT, 
	stage TEXT, 
	nature TEXT, 
	weight FLOAT, 
	is_guardrail INTEGER, 
	across_units TEXT, 
	across_time TEXT, 
	numerator TEXT, 
	denominator TEXT, 
	is_used_in_appraisal INTEGER, 
	source_id TEXT, 
	_sequence BIGINT, 
	_version BIGINT, 
	_removed BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE meetings (
	id TEXT NOT NULL, 
	step BIGINT, 
	held_on TEXT, 
	planned_minutes BIGINT, 
	actual_minutes BIGINT, 
	next_on TEXT, 
	source_id TEXT, 
	_sequence BIGINT, 
	_version BIGINT, 
	_removed BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE meetings_present (
	row_id TEXT NOT NULL, 
	place INTEGER NOT NULL, 
	target TEXT, 
	PRIMARY KEY (row_id, place)
);
CREATE TABLE meta (
	name TEXT NOT NULL, 
	value TEXT, 
	PRIMARY KEY (name)
);
INSERT INTO "meta" VALUES('schema_version','1');
INSERT INTO "meta" VALUES('book','plan');
CREATE TABLE objective_links (
	id TEXT NOT NULL, 
	cause TEXT, 
	effect TEXT, 
	sign TEXT, 
	strength BIGINT, 
	hypothesis TEXT, 
	source_id TEXT, 
	_sequence BIGINT, 
	_version BIGINT, 
	_removed BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE objectives (
	id TEXT NOT NULL, 
	title TEXT, 
	perspective TEXT, 
	owner TEXT, 
	due TEXT, 
	description TEXT, 
	theme TEXT, 
	sponsor TEXT, 
	level TEXT, 
	unit TEXT, 
	parent TEXT, 
	weight FLOAT, 
	kind TEXT, 
	origin TEXT, 
	start TEXT, 
	leaf_reason TEXT, 
	source_id TEXT, 
	_sequence BIGINT, 
	_version BIGINT, 
	_removed BIGINT, 
	PRIMARY KEY (id)
);
INSERT INTO "objectives" VALUES('O1','Every child reads by eight',NULL,'P1','2029-12-31',NULL,NULL,NULL,'strategic',NULL,NULL,NULL,'committed',NULL,NULL,NULL,NULL,1,2,NULL);
CREATE TABLE objectives_contributors (
	row_id TEXT NOT NULL, 
	place INTEGER NOT NULL, 
	target TEXT, 
	PRIMARY KEY (row_id, place)
);
INSERT INTO "objectives_contributors" VALUES('O1',0,'U1');
INSERT INTO "objectives_contributors" VALUES('O1',1,'P1');
CREATE TABLE options (
	id TEXT NOT NULL, 
	text TEXT, 
	tows TEXT, 
	ansoff TEXT, 
	is_chosen INTEGER, 
	reason TEXT, 
	source_id TEXT, 
	_sequence BIGINT, 
	_version BIGINT, 
	_removed BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE options_factors (
	row_id TEXT NOT NULL, 
	place INTEGER NOT NULL, 
	target TEXT, 
	PRIMARY KEY (row_id, place)
);
CREATE TABLE options_objectives (
	row_id TEXT NOT NULL, 
	place INTEGER NOT NULL, 
	target TEXT, 
	PRIMARY KEY (row_id, place)
);
CREATE TABLE parking_lot (
	id TEXT NOT NULL, 
	text TEXT, 
	raised_by TEXT, 
	raised_on TEXT, 
	settled_on TEXT, 
	answer TEXT, 
	source_id TEXT, 
	_sequence BIGINT, 
	_version BIGINT, 
	_removed BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE people (
	id TEXT NOT NULL, 
	name TEXT, 
	role TEXT, 
	unit TEXT, 
	grade TEXT, 
	email TEXT, 
	hours_per_week FLOAT, 
	change_share FLOAT, 
	skills TEXT, 
	source_id TEXT, 
	_sequence BIGINT, 
	_version BIGINT, 
	_removed BIGINT, 
	PRIMARY KEY (id)
);
INSERT INTO "people" VALUES('P1','Ana',NULL,NULL,NULL,NULL,40.0,20.0,NULL,NULL,1,1,NULL);
CREATE TABLE point_allocations (
	id TEXT NOT NULL, 
	rater TEXT, 
	initiative TEXT, 
	points FLOAT, 
	source_id TEXT, 
	_sequence BIGINT, 
	_version BIGINT, 
	_removed BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE portfolio_rules (
	id TEXT NOT NULL, 
	kind TEXT, 
	amount BIGINT, 
	source_id TEXT, 
	_sequence BIGINT, 
	_version BIGINT, 
	_removed BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE portfolio_rules_tasks (
	row_id TEXT NOT NULL, 
	place INTEGER NOT NULL, 
	target TEXT, 
	PRIMARY KEY (row_id, place)
);
CREATE TABLE priority_inputs (
	id TEXT NOT NULL, 
	task TEXT, 
	value FLOAT, 
	time_criticality FLOAT, 
	risk_reduction FLOAT, 
	size FLOAT, 
	reach FLOAT, 
	impact FLOAT, 
	confidence FLOAT, 
	effort FLOAT, 
	source_id TEXT, 
	_sequence BIGINT, 
	_version BIGINT, 
	_removed BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE profile (
	id TEXT NOT NULL, 
	name TEXT, 
	organisation TEXT, 
	kind TEXT, 
	leader TEXT, 
	sponsor TEXT, 
	start TEXT, 
	finish TEXT, 
	fiscal_year_start BIGINT, 
	currency TEXT, 
	country TEXT, 
	working_days TEXT, 
	hours_per_day FLOAT, 
	as_of TEXT, 
	source_id TEXT, 
	_sequence BIGINT, 
	_version BIGINT, 
	_removed BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE promises (
	id TEXT NOT NULL, 
	what TEXT, 
	giver TEXT, 
	receiver TEXT, 
	due TEXT, 
	state TEXT, 
	giving_task TEXT, 
	needed_by_task TEXT, 
	quality TEXT, 
	answered_on TEXT, 
	warned_on TEXT, 
	kept_on TEXT, 
	confirmed_by TEXT, 
	source_id TEXT, 
	_sequence BIGINT, 
	_version BIGINT, 
	_removed BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE recalls (
	id TEXT NOT NULL, 
	unit TEXT, 
	taken_on TEXT, 
	asked BIGINT, 
	named BIGINT, 
	source_id TEXT, 
	_sequence BIGINT, 
	_version BIGINT, 
	_removed BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE resources (
	id TEXT NOT NULL, 
	name TEXT, 
	kind TEXT, 
	unit TEXT, 
	capacity FLOAT, 
	source_id TEXT, 
	_sequence BIGINT, 
	_version BIGINT, 
	_removed BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE responsibilities (
	id TEXT NOT NULL, 
	task TEXT, 
	party TEXT, 
	role TEXT, 
	source_id TEXT, 
	_sequence BIGINT, 
	_version BIGINT, 
	_removed BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE revision_names (
	name TEXT NOT NULL, 
	revision INTEGER, 
	made_at TEXT, 
	author TEXT, 
	PRIMARY KEY (name)
);
INSERT INTO "revision_names" VALUES('Adopted',5,'2026-11-22T21:24:37.466517+00:00','Ana');
CREATE TABLE revisions (
	revision INTEGER NOT NULL, 
	made_at TEXT, 
	author TEXT, 
	reason TEXT, 
	kind TEXT, 
	target INTEGER, 
	PRIMARY KEY (revision)
);
INSERT INTO "revisions" VALUES(1,'2026-11-22T21:24:37.392+00:00','Ana','','edit',NULL);
INSERT INTO "revisions" VALUES(2,'2026-11-22T21:24:37.411+00:00','Ana','','edit',NULL);
INSERT INTO "revisions" VALUES(3,'2026-11-22T21:24:37.442+00:00','Ana','','edit',NULL);
INSERT INTO "revisions" VALUES(4,'2026-11-22T21:24:37.460+00:00','Ana','','edit',NULL);
INSERT INTO "revisions" VALUES(5,'2026-11-22T21:24:37.462+00:00','Ana','say when','edit',NULL);
INSERT INTO "revisions" VALUES(6,'2026-11-22T21:24:37.669+00:00','Ana','','edit',NULL);
CREATE TABLE risks (
	id TEXT NOT NULL, 
	event TEXT, 
	owner TEXT, 
	likelihood BIGINT, 
	impact BIGINT, 
	response TEXT, 
	cause TEXT, 
	effect TEXT, 
	about TEXT, 
	probability FLOAT, 
	cost BIGINT, 
	delay FLOAT, 
	response_task TEXT, 
	residual_likelihood BIGINT, 
	residual_impact BIGINT, 
	residual_probability FLOAT, 
	residual_cost BIGINT, 
	"trigger" TEXT, 
	plan_b TEXT, 
	trigger_owner TEXT, 
	review_on TEXT, 
	state TEXT, 
	source_id TEXT, 
	_sequence BIGINT, 
	_version BIGINT, 
	_removed BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE scenario_edits (
	id TEXT NOT NULL, 
	scenario TEXT, 
	op TEXT, 
	table_name TEXT, 
	row_id TEXT, 
	field TEXT, 
	value TEXT, 
	source_id TEXT, 
	_sequence BIGINT, 
	_version BIGINT, 
	_removed BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE scenarios (
	id TEXT NOT NULL, 
	name TEXT, 
	note TEXT, 
	source_id TEXT, 
	_sequence BIGINT, 
	_version BIGINT, 
	_removed BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE scores (
	id TEXT NOT NULL, 
	task TEXT, 
	rater TEXT, 
	criterion TEXT, 
	value BIGINT, 
	source_id TEXT, 
	_sequence BIGINT, 
	_version BIGINT, 
	_removed BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE settings (
	id TEXT NOT NULL, 
	name TEXT, 
	value FLOAT, 
	note TEXT, 
	source_id TEXT, 
	_sequence BIGINT, 
	_version BIGINT, 
	_removed BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE solutions (
	id TEXT NOT NULL, 
	problem TEXT, 
	revision BIGINT, 
	status TEXT, 
	value FLOAT, 
	bound FLOAT, 
	gap FLOAT, 
	seconds FLOAT, 
	source_id TEXT, 
	_sequence BIGINT, 
	_version BIGINT, 
	_removed BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE solutions_chosen (
	row_id TEXT NOT NULL, 
	place INTEGER NOT NULL, 
	target TEXT, 
	PRIMARY KEY (row_id, place)
);
CREATE TABLE statements (
	id TEXT NOT NULL, 
	kind TEXT, 
	text TEXT, 
	source_id TEXT, 
	_sequence BIGINT, 
	_version BIGINT, 
	_removed BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE status_overrides (
	id TEXT NOT NULL, 
	"row" TEXT, 
	status TEXT, 
	reason TEXT, 
	expires_on TEXT, 
	source_id TEXT, 
	_sequence BIGINT, 
	_version BIGINT, 
	_removed BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE stops (
	id TEXT NOT NULL, 
	what TEXT, 
	hours_freed FLOAT, 
	money_freed BIGINT, 
	start TEXT, 
	agreed_by TEXT, 
	source_id TEXT, 
	_sequence BIGINT, 
	_version BIGINT, 
	_removed BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE targets (
	id TEXT NOT NULL, 
	measure TEXT, 
	period_end TEXT, 
	value FLOAT, 
	source_id TEXT, 
	_sequence BIGINT, 
	_version BIGINT, 
	_removed BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE tasks (
	id TEXT NOT NULL, 
	name TEXT, 
	kind TEXT, 
	parent TEXT, 
	objective TEXT, 
	unit TEXT, 
	owner TEXT, 
	backup TEXT, 
	due TEXT, 
	duration FLOAT, 
	start_no_earlier_than TEXT, 
	deadline TEXT, 
	optimistic FLOAT, 
	pessimistic FLOAT, 
	is_key INTEGER, 
	level TEXT, 
	supplier TEXT, 
	description TEXT, 
	work_class TEXT, 
	source TEXT, 
	planned_start TEXT, 
	planned_finish TEXT, 
	source_id TEXT, 
	_sequence BIGINT, 
	_version BIGINT, 
	_removed BIGINT, 
	PRIMARY KEY (id)
);
INSERT INTO "tasks" VALUES('T1','Reading rooms','task',NULL,NULL,NULL,NULL,NULL,NULL,20.0,NULL,'2028-06-30',NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1,2,6);
CREATE TABLE terms (
	id TEXT NOT NULL, 
	name TEXT, 
	meaning TEXT, 
	example TEXT, 
	source_id TEXT, 
	_sequence BIGINT, 
	_version BIGINT, 
	_removed BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE themes (
	id TEXT NOT NULL, 
	name TEXT, 
	description TEXT, 
	source_id TEXT, 
	_sequence BIGINT, 
	_version BIGINT, 
	_removed BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE unit_plans (
	id TEXT NOT NULL, 
	unit TEXT, 
	role TEXT, 
	customers TEXT, 
	services TEXT, 
	assumptions TEXT, 
	outlook TEXT, 
	approved_by TEXT, 
	approved_on TEXT, 
	source_id TEXT, 
	_sequence BIGINT, 
	_version BIGINT, 
	_removed BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE units (
	id TEXT NOT NULL, 
	name TEXT, 
	kind TEXT, 
	parent TEXT, 
	head TEXT, 
	source_id TEXT, 
	_sequence BIGINT, 
	_version BIGINT, 
	_removed BIGINT, 
	PRIMARY KEY (id)
);
INSERT INTO "units" VALUES('U1','Branches','department',NULL,NULL,NULL,1,1,NULL);
CREATE TABLE updates (
	id TEXT NOT NULL, 
	task TEXT, 
	reported_on TEXT, 
	percent_complete FLOAT, 
	started_on TEXT, 
	finished_on TEXT, 
	remaining_days FLOAT, 
	confidence TEXT, 
	blocked_by TEXT, 
	comment TEXT, 
	source_id TEXT, 
	_sequence BIGINT, 
	_version BIGINT, 
	_removed BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE virements (
	id TEXT NOT NULL, 
	giving_line TEXT, 
	receiving_line TEXT, 
	amount BIGINT, 
	reason TEXT, 
	approved_by TEXT, 
	moved_on TEXT, 
	source_id TEXT, 
	_sequence BIGINT, 
	_version BIGINT, 
	_removed BIGINT, 
	PRIMARY KEY (id)
);
CREATE INDEX ix_achievements__sequence ON achievements (_sequence);
CREATE INDEX ix_actions__sequence ON actions (_sequence);
CREATE INDEX ix_actuals__sequence ON actuals (_sequence);
CREATE INDEX ix_approvals__sequence ON approvals (_sequence);
CREATE INDEX ix_assignments__sequence ON assignments (_sequence);
CREATE INDEX ix_assumptions__sequence ON assumptions (_sequence);
CREATE INDEX ix_availability__sequence ON availability (_sequence);
CREATE INDEX ix_baselines__sequence ON baselines (_sequence);
CREATE INDEX ix_budget_lines__sequence ON budget_lines (_sequence);
CREATE INDEX ix_calendar_exceptions__sequence ON calendar_exceptions (_sequence);
CREATE INDEX ix_catchball__sequence ON catchball (_sequence);
CREATE INDEX ix_closed_work__sequence ON closed_work (_sequence);
CREATE INDEX ix_communications__sequence ON communications (_sequence);
CREATE INDEX ix_comparisons__sequence ON comparisons (_sequence);
CREATE INDEX ix_contributions__sequence ON contributions (_sequence);
CREATE INDEX ix_costs__sequence ON costs (_sequence);
CREATE INDEX ix_countermeasures__sequence ON countermeasures (_sequence);
CREATE INDEX ix_criteria__sequence ON criteria (_sequence);
CREATE INDEX ix_decisions__sequence ON decisions (_sequence);
CREATE INDEX ix_demands__sequence ON demands (_sequence);
CREATE INDEX ix_dependencies__sequence ON dependencies (_sequence);
CREATE INDEX ix_envelopes__sequence ON envelopes (_sequence);
CREATE INDEX ix_factors__sequence ON factors (_sequence);
CREATE INDEX ix_feedback__sequence ON feedback (_sequence);
CREATE INDEX ix_funding__sequence ON funding (_sequence);
CREATE INDEX ix_grades__sequence ON grades (_sequence);
CREATE INDEX ix_history_revision ON history (revision);
CREATE INDEX history_of_row ON history (row_id, revision);
CREATE INDEX ix_issues__sequence ON issues (_sequence);
CREATE INDEX ix_lessons__sequence ON lessons (_sequence);
CREATE INDEX ix_measures__sequence ON measures (_sequence);
CREATE INDEX ix_meetings__sequence ON meetings (_sequence);
CREATE INDEX ix_objective_links__sequence ON objective_links (_sequence);
CREATE INDEX ix_objectives__sequence ON objectives (_sequence);
CREATE INDEX ix_options__sequence ON options (_sequence);
CREATE INDEX ix_parking_lot__sequence ON parking_lot (_sequence);
CREATE INDEX ix_people__sequence ON people (_sequence);
CREATE INDEX ix_point_allocations__sequence ON point_allocations (_sequence);
CREATE INDEX ix_portfolio_rules__sequence ON portfolio_rules (_sequence);
CREATE INDEX ix_priority_inputs__sequence ON priority_inputs (_sequence);
CREATE INDEX ix_profile__sequence ON profile (_sequence);
CREATE INDEX ix_promises__sequence ON promises (_sequence);
CREATE INDEX ix_recalls__sequence ON recalls (_sequence);
CREATE INDEX ix_resources__sequence ON resources (_sequence);
CREATE INDEX ix_responsibilities__sequence ON responsibilities (_sequence);
CREATE INDEX ix_revisions_author ON revisions (author);
CREATE INDEX ix_risks__sequence ON risks (_sequence);
CREATE INDEX ix_scenario_edits__sequence ON scenario_edits (_sequence);
CREATE INDEX ix_scenarios__sequence ON scenarios (_sequence);
CREATE INDEX ix_scores__sequence ON scores (_sequence);
CREATE INDEX ix_settings__sequence ON settings (_sequence);
CREATE INDEX ix_solutions__sequence ON solutions (_sequence);
CREATE INDEX ix_statements__sequence ON statements (_sequence);
CREATE INDEX ix_status_overrides__sequence ON status_overrides (_sequence);
CREATE INDEX ix_stops__sequence ON stops (_sequence);
CREATE INDEX ix_targets__sequence ON targets (_sequence);
CREATE INDEX ix_tasks__sequence ON tasks (_sequence);
CREATE INDEX ix_terms__sequence ON terms (_sequence);
CREATE INDEX ix_themes__sequence ON themes (_sequence);
CREATE INDEX ix_unit_plans__sequence ON unit_plans (_sequence);
CREATE INDEX ix_units__sequence ON units (_sequence);
CREATE INDEX ix_updates__sequence ON updates (_sequence);
CREATE INDEX ix_virements__sequence ON virements (_sequence);
CREATE TRIGGER history_refuses_update BEFORE UPDATE ON history BEGIN SELECT RAISE(ABORT, 'history is append-only'); END;
CREATE TRIGGER history_refuses_delete BEFORE DELETE ON history BEGIN SELECT RAISE(ABORT, 'history is append-only'); END;
CREATE TRIGGER revisions_refuses_update BEFORE UPDATE ON revisions BEGIN SELECT RAISE(ABORT, 'revisions is append-only'); END;
CREATE TRIGGER revisions_refuses_delete BEFORE DELETE ON revisions BEGIN SELECT RAISE(ABORT, 'revisions is append-only'); END;
COMMIT;
