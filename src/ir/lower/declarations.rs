//! Tables, entries, classes, boards and the rest.

use super::*;

impl<'a> Pass<'a> {
    pub(super) fn declarations(&mut self, policy: &'a typed::Policy) {
        self.ir.roles = policy
            .roles
            .iter()
            .map(|role| Role { name: shared(&role.name), title: shared(&role.title), on_call: role.on_call })
            .collect();
        *self.ir.approvals = policy.approvals.as_ref().and_then(|approvals| self.approvals(approvals));
        self.ir.scope = policy.scope.as_ref().map(|table| self.table(policy, table));
        self.ir.score = policy.score.as_ref().map(|score| self.score(score));
        self.ir.entries = policy.entries.iter().map(|entry| self.entry(entry)).collect();
        self.ir.classes = policy.classes.iter().map(|class| self.class(class)).collect();
        self.ir.classify = policy.classify.as_ref().map(|table| self.table(policy, table));
        self.ir.boards = policy.boards.iter().map(|board| self.board(board)).collect();
        self.ir.route = policy.route.as_ref().map(|table| self.table(policy, table));
        self.ir.regimes = policy.regimes.iter().map(|regime| self.regime(regime)).collect();
        self.ir.exceptions =
            policy.exceptions.iter().map(|exception| self.exception(policy, exception)).collect();
        self.ir.canaries = policy.canaries.iter().map(|canary| self.canary(canary)).collect();
        for retain in &policy.retains {
            let when = self.maybe(retain.when.as_ref());
            let (time, after) = (retain.time.clone(), shared(&retain.after));
            self.ir.retains.push(Retain { span: retain.span, time, after, when });
        }
        *self.ir.calendars = policy.calendars.iter().filter_map(calendar_of).collect();
        for choice in &policy.calendar_choices {
            let when = self.maybe(choice.when.as_ref());
            self.ir.calendar_choices.push(CalendarChoice { calendar: shared(&choice.calendar), when });
        }
        for freeze in &policy.freezes {
            let when = self.maybe(freeze.when.as_ref());
            let (code, title, windows) =
                (shared(&freeze.code), shared(&freeze.title), freeze.windows.clone());
            self.ir.freezes.push(Freeze { span: freeze.span, code, title, windows, when });
        }
        self.ir.gates = policy.gates.iter().map(|gate| self.gate(gate)).collect();
        self.ir.promises = policy.promises.iter().map(|promise| self.promise(promise)).collect();
    }

    fn table(&mut self, policy: &typed::Policy, table: &'a typed::Table) -> Table {
        let hit = if table.unique { HitPolicy::Unique } else { HitPolicy::First };
        let rules = table.rules.iter().chain(&table.otherwise).map(|rule| self.rule(policy, rule)).collect();
        Table { span: table.span, hit, rules }
    }

    fn rule(&mut self, policy: &typed::Policy, rule: &'a typed::Rule) -> Rule {
        let gives = match &rule.gives {
            typed::Outcome::InScope => Gives::Value(0),
            typed::Outcome::OutOfScope => Gives::Value(1),
            typed::Outcome::Class(class) => Gives::Value(self.value("Class", class)),
            typed::Outcome::Approve(approver) => Gives::Approve(approver_of(policy, approver)),
        };
        Rule {
            span: rule.span,
            id: shared(&rule.id),
            title: shared(&rule.title),
            when: self.maybe(rule.when.as_ref()),
            gives,
            flag: rule.flag.as_deref().map(shared),
            serves: all_shared(&rule.serves),
            notify: all_shared(&rule.notify),
        }
    }

    fn score(&mut self, score: &'a typed::Score) -> Score {
        let factors = score.factors.iter().map(|factor| Factor {
            span: factor.span,
            id: shared(&factor.id),
            title: shared(&factor.title),
            adds: factor.adds,
            when: self.expr(&factor.when),
        });
        let factors = factors.collect();
        let bands = score
            .bands
            .iter()
            .map(|band| Band { level: self.value(&score.scale, &band.level), from: band.from });
        let bands = bands.collect();
        let scale = self.enum_id(&score.scale).unwrap_or(EnumId(0));
        Score { span: score.span, scale, factors, bands }
    }

    fn entry(&mut self, entry: &'a typed::Entry) -> Entry {
        let suspend = entry.suspend.as_ref();
        let guards = entry.guards.iter().map(|guard| Guard {
            span: guard.span,
            id: shared(&guard.id),
            title: shared(&guard.title),
            when: self.maybe(guard.when.as_ref()),
            that: self.expr(&guard.that),
        });
        let guards = guards.collect();
        Entry {
            span: entry.span,
            code: shared(&entry.code),
            title: shared(&entry.title),
            version: shared(&entry.version),
            approved_by: shared(&entry.approved_by),
            approved_on: entry.approved_on,
            valid_until: entry.valid_until,
            expired_code: shared(&entry.expired_code),
            suspend: suspend.map(|s| Suspend { below: s.below, last: s.last, code: shared(&s.code) }),
            applies: self.expr(&entry.applies),
            guards,
        }
    }

    fn class(&mut self, class: &'a typed::Class) -> Class {
        let risk = match &class.risk {
            typed::ClassRisk::Fixed(level) => ClassRisk::Fixed(self.level(level)),
            typed::ClassRisk::AssessedAtLeast(level) => ClassRisk::AssessedAtLeast(self.level(level)),
            typed::ClassRisk::Assessed => ClassRisk::Assessed,
        };
        let due = class.due.as_ref();
        let alert = |alert: &typed::Alert| Alert { at: alert.at.clone(), to: all_shared(&alert.to) };
        Class {
            span: class.span,
            name: shared(&class.name),
            title: shared(&class.title),
            risk,
            due: due.map(|due| Due {
                limit: due.limit.clone(),
                from: shared(&due.from),
                to: shared(&due.to),
            }),
            pauses_while: class.pauses_while.as_deref().map(shared),
            alerts: class.alerts.iter().map(alert).collect(),
            review: class.review.as_ref().map(review_of),
        }
    }

    fn board(&mut self, board: &'a typed::Board) -> Board {
        let seats = board.seats.iter().map(|seat| Seat {
            span: seat.span,
            id: shared(&seat.id),
            question: shared(&seat.question),
            held_by: shared(&seat.held_by),
            mandatory: seat.mandatory,
            seated_when: self.maybe(seat.seated_when.as_ref()),
        });
        let seats = seats.collect();
        let quorum = match &board.quorum {
            typed::Quorum::Share(ratio) => Quorum::Share(*ratio),
            typed::Quorum::Count(count) => Quorum::Count(*count),
        };
        let meets = board.meets.as_ref().map(|meets| Meets {
            day: meets.day,
            from: meets.from,
            to: meets.to,
            closes_day: meets.closes_day,
            closes_at: meets.closes_at,
        });
        let votes_between = self.maybe(board.votes_between.as_ref());
        let (name, title) = (shared(&board.name), shared(&board.title));
        Board { span: board.span, name, title, seats, quorum, meets, votes_between }
    }

    fn regime(&mut self, regime: &'a typed::Regime) -> Regime {
        let applies = self.expr(&regime.applies);
        let (code, title) = (shared(&regime.code), shared(&regime.title));
        Regime { span: regime.span, code, title, applies }
    }

    fn exception(&mut self, policy: &typed::Policy, exception: &'a typed::Exception) -> Exception {
        let accept = exception.accept.as_ref();
        Exception {
            span: exception.span,
            name: shared(&exception.name),
            title: shared(&exception.title),
            allowed: self.expr(&exception.allowed),
            accept: accept.map(|(approver, code)| (approver_of(policy, approver), shared(code))),
            becomes: exception.becomes.as_deref().map(|class| self.value("Class", class)),
            flag: shared(&exception.flag),
            notify: all_shared(&exception.notify),
            review: review_of(&exception.review),
            serves: all_shared(&exception.serves),
        }
    }

    fn approvals(&self, approvals: &typed::Approvals) -> Option<Approvals> {
        let path = approvals.valid_until.as_str();
        let edge = match path.rsplit_once('.') {
            Some((period, "start")) => self.slot_named(period).map(|slot| (slot, Some(Edge::Start))),
            Some((period, "end")) => self.slot_named(period).map(|slot| (slot, Some(Edge::End))),
            _ => None,
        };
        Some(Approvals {
            span: approvals.span,
            separate: all_shared(&approvals.separate),
            delegation_at_most: approvals.delegation_at_most.clone(),
            delegation_not_to: shared(&approvals.delegation_not_to),
            comment_code: shared(&approvals.comment_code),
            // A field may itself be called `end`.
            valid_until: self.slot_named(path).map(|slot| (slot, None)).or(edge)?,
            valid_at_most: approvals.valid_at_most.clone(),
            serves: all_shared(&approvals.serves),
        })
    }

    fn canary(&mut self, canary: &'a typed::Canary) -> Canary {
        let when = self.expr(&canary.when);
        let observed = |step: &typed::Step| step.observed.as_ref().map(|(time, code)| (*time, shared(code)));
        let steps =
            canary.steps.iter().map(|step| Step { share: step.share, observed: observed(step) }).collect();
        let (name, title) = (shared(&canary.name), shared(&canary.title));
        Canary { span: canary.span, name, title, when, steps }
    }

    fn gate(&mut self, gate: &'a typed::Gate) -> Gate {
        let requires = gate.requires.iter().map(|require| Require {
            span: require.span,
            id: shared(&require.id),
            title: shared(&require.title),
            when: self.maybe(require.when.as_ref()),
            that: self.expr(&require.that),
            code: shared(&require.code),
            serves: all_shared(&require.serves),
        });
        let requires = requires.collect();
        Gate { span: gate.span, name: shared(&gate.name), requires }
    }

    fn promise(&mut self, promise: &'a typed::Promise) -> Promise {
        let kind = match &promise.kind {
            typed::PromiseKind::Never { never, when } => {
                PromiseKind::Never(self.expr(never), self.maybe(when.as_ref()))
            }
            typed::PromiseKind::Always { always, when } => {
                PromiseKind::Always(self.expr(always), self.maybe(when.as_ref()))
            }
            typed::PromiseKind::Independent(paths) => {
                PromiseKind::Independent(paths.iter().flat_map(|path| self.slots_named(path)).collect())
            }
        };
        let (name, title) = (shared(&promise.name), shared(&promise.title));
        Promise { span: promise.span, name, title, kind }
    }
}

fn review_of(review: &typed::Review) -> Review {
    Review {
        by: shared(&review.by),
        limit: review.limit.clone(),
        after: shared(&review.after),
        code: shared(&review.code),
    }
}

/// The checker knows the zone.
fn calendar_of(calendar: &typed::Calendar) -> Option<Calendar> {
    Some(Calendar {
        span: calendar.span,
        code: shared(&calendar.code),
        title: shared(&calendar.title),
        zone: Zone::named(&calendar.zone)?,
        works: calendar.works.clone(),
        holidays: calendar.holidays.iter().map(|(day, title)| (*day, shared(title))).collect(),
    })
}

fn approver_of(policy: &typed::Policy, approver: &typed::Approver) -> Approver {
    match approver {
        typed::Approver::Automatically => Approver::Automatically,
        typed::Approver::Roles { count, roles } => {
            Approver::Roles { count: *count, roles: all_shared(roles) }
        }
        typed::Approver::Board(name) => {
            let position = policy.boards.iter().position(|board| board.name == *name);
            Approver::Board(position.map_or(0, number))
        }
    }
}
