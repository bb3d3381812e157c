"""Who may do what at every address: promises in words and statuses, held against the program by ``test_rights.py``.

An address, or several that promise the same, and below it a line per method and per thing that the address is about.
Each line promises every person an answer; ``rest`` are all whom the line has not named. Anonymous visitors are sent to
the sign-in page and holders of a handed-out password to the page that replaces it, unless a line says otherwise. A plus
behind a status: something was written down; without it nothing was. A method that is not listed is 405. Whoever adds an
address adds its lines here.

Persons hold one role each, at hospital 甲, its general branch, its branch, its authority, its city, or the province
(``rights_world.py``). ``b.`` marks those beside: the same role at hospital 乙, its authority, its city.
"""

GROUPS: dict[str, str] = {
    # Of the hospital: who reads the draft, among them who fills it and who only reads.
    "INSIDE": "FILLERS WATCHERS",
    "FILLERS": "office secretary",
    "WATCHERS": "discipline personnel finance",
    "HOUSE": "house_admin PLAIN_HOUSE",
    "PLAIN_HOUSE": "house_reader house_member",
    # Of its general branch and its branch.
    "WARD": "general branch delegate member",
    # Who reads the register of the branch; but for the Party office, nobody of them changes it.
    "NAMED": "office NAMED_ONLY",
    "NAMED_ONLY": "secretary discipline personnel general branch delegate",
    "AUTHORITIES": "supervisor guidance_city guidance",
    # Above: who reads what was submitted, and who never does.
    "SUPERIORS": "supervisor WATCHING_SUPERIORS",
    "WATCHING_SUPERIORS": "auth_reader lead guidance_city guidance reader",
    "BLIND": "auth_admin administrator",
    "INSPECTORS": "inspector inspector_above",
    "ADMINS": "house_admin auth_admin administrator",
    "CYCLE_MAKERS": "supervisor guidance_city guidance",
    "RECOMMENDERS": "FILLERS general branch b.FILLERS b.general b.branch",
    # Of ledgers: who records at the branch, who reads there, who reaches it and reads none; who has any ledger at all.
    "RECORDERS": "office branch delegate",
    "LEDGER_READERS": "secretary discipline general",
    "NO_LEDGERS": "personnel finance member HOUSE SUPERIORS BLIND",
    "LEDGER_PEOPLE": "INSIDE general branch delegate CYCLE_MAKERS b.INSIDE b.general b.branch b.delegate b.supervisor b.guidance_city",
    # Beside.
    "THEIRS": "b.INSIDE b.HOUSE b.WARD b.supervisor b.auth_reader b.lead b.auth_admin b.guidance_city",
}

TABLE = """
# Everybody's own.
web:workbench
    GET | 200 rest

web:health
    GET | 200 anonymous rest

accounts:sign_in
    GET | 200 anonymous | 302 first rest
    POST | 200 anonymous | 302 first rest

accounts:sign_out
    POST | 302→sign_in first rest

accounts:change_password
    GET | 200 first rest
    POST | 200 first rest

accounts:complain
    GET | 200 rest
    POST | 302+ rest

accounts:profile
    GET | 200 rest

# What is due: everybody's own list and own notices. The calendar is read by whoever has its address, without signing in.
duties:agenda duties:month duties:notices
    GET | 200 rest

duties:feed_make
    POST | 200+ rest

duties:feed_withdraw
    POST | 302+ office | 302 rest

duties:reminder duties:reminder_confirm
    POST | 200 rest

duties:reminder_stop
    POST | 302 rest

duties:feed
    GET | 200 anonymous rest

# Accounts: of those below the nodes one administers; out of reach is 404, in reach is 403 and says who may.
accounts:list
    GET | 200 ADMINS b.house_admin b.auth_admin | 403 rest

accounts:place
    GET | 200 ADMINS b.house_admin b.auth_admin | 403 rest
    POST | 200 b.house_admin b.auth_admin | 302 ADMINS | 403 rest

accounts:create
    GET hospital | 200 house_admin administrator | 403 INSIDE SUPERIORS PLAIN_HOUSE auth_admin | 404 rest
    POST hospital | 200+ house_admin administrator | 403 INSIDE SUPERIORS PLAIN_HOUSE auth_admin | 404 rest
    POST branch | 200+ house_admin administrator | 403 INSIDE WARD SUPERIORS PLAIN_HOUSE auth_admin | 404 rest
    POST authority | 200 auth_admin administrator | 403 SUPERIORS | 404 rest

accounts:detail
    GET member | 200 house_admin administrator | 403 INSIDE WARD SUPERIORS PLAIN_HOUSE auth_admin | 404 rest
    GET secretary | 200 house_admin administrator | 403 INSIDE SUPERIORS PLAIN_HOUSE auth_admin | 404 rest
    GET supervisor | 200 auth_admin administrator | 403 SUPERIORS | 404 rest

accounts:reset_password
    GET member | 200 house_admin administrator | 403 INSIDE WARD SUPERIORS PLAIN_HOUSE auth_admin | 404 rest
    GET supervisor | 200 auth_admin administrator | 403 SUPERIORS | 404 rest
    POST member | 200+ house_admin administrator | 403 INSIDE WARD SUPERIORS PLAIN_HOUSE auth_admin | 404 rest
    POST supervisor | 200+ auth_admin administrator | 403 SUPERIORS | 404 rest

accounts:deactivate
    GET member | 200 house_admin administrator | 403 INSIDE WARD SUPERIORS PLAIN_HOUSE auth_admin | 404 rest
    GET supervisor | 200 auth_admin administrator | 403 SUPERIORS | 404 rest
    POST member | 302+ house_admin administrator | 403 INSIDE WARD SUPERIORS PLAIN_HOUSE auth_admin | 404 rest
    POST supervisor | 302+ auth_admin administrator | 403 SUPERIORS | 404 rest

accounts:reactivate
    GET member | 200 house_admin administrator | 403 INSIDE WARD SUPERIORS PLAIN_HOUSE auth_admin | 404 rest
    POST member | 302 house_admin administrator | 403 INSIDE WARD SUPERIORS PLAIN_HOUSE auth_admin | 404 rest

accounts:complaints
    GET | 200 ADMINS b.house_admin b.auth_admin | 403 rest

# A member's complaint: answered by administrators above it, seen by its author, unknown to anybody else.
accounts:answer_complaint
    POST | 302+ house_admin administrator | 403 member | 404 rest

# Organizations: the list holds what one reaches; each one opens to who reaches it with a role that reads.
orgs:list
    GET | 200 rest

orgs:options
    GET | 200 rest

orgs:detail
    GET hospital | 200 INSIDE HOUSE SUPERIORS auth_admin administrator | 404 rest
    GET branch | 200 INSIDE WARD SUPERIORS house_reader ADMINS | 403 house_member | 404 rest
    GET authority | 200 SUPERIORS auth_admin administrator | 404 rest
    GET province | 200 guidance reader administrator | 404 rest

orgs:children
    GET hospital | 200 INSIDE HOUSE SUPERIORS BLIND | 404 rest
    GET authority | 200 SUPERIORS BLIND | 404 rest

orgs:create
    GET hospital | 200 house_admin administrator | 403 INSIDE SUPERIORS PLAIN_HOUSE auth_admin | 404 rest
    POST hospital | 302+ house_admin administrator | 403 INSIDE SUPERIORS PLAIN_HOUSE auth_admin | 404 rest

orgs:rename
    GET hospital | 200 house_admin administrator | 403 INSIDE SUPERIORS PLAIN_HOUSE auth_admin | 404 rest
    GET authority | 200 auth_admin administrator | 403 SUPERIORS | 404 rest
    POST hospital | 302+ house_admin administrator | 403 INSIDE SUPERIORS PLAIN_HOUSE auth_admin | 404 rest
    POST branch | 302+ house_admin administrator | 403 INSIDE WARD SUPERIORS PLAIN_HOUSE auth_admin | 404 rest
    POST authority | 302+ auth_admin administrator | 403 SUPERIORS | 404 rest

# Nobody chooses the own place or the own supervisor: only who administers from above.
orgs:move
    GET hospital | 200 administrator | 403 INSIDE HOUSE SUPERIORS auth_admin | 404 rest
    POST hospital | 302+ administrator | 403 INSIDE HOUSE SUPERIORS auth_admin | 404 rest

orgs:oversight
    GET hospital | 200 administrator | 403 INSIDE HOUSE SUPERIORS auth_admin | 404 rest
    POST hospital | 302+ administrator | 403 INSIDE HOUSE SUPERIORS auth_admin | 404 rest

orgs:end_oversight
    GET | 200 administrator | 403 INSIDE HOUSE SUPERIORS auth_admin | 404 rest
    POST | 302+ administrator | 403 INSIDE HOUSE SUPERIORS auth_admin | 404 rest

orgs:roles
    GET hospital | 200 house_admin administrator | 403 INSIDE SUPERIORS PLAIN_HOUSE auth_admin | 404 rest
    GET branch | 200 house_admin administrator | 403 INSIDE WARD SUPERIORS PLAIN_HOUSE auth_admin | 404 rest
    POST hospital | 302+ house_admin administrator | 403 INSIDE SUPERIORS PLAIN_HOUSE auth_admin | 404 rest
    POST branch | 302+ house_admin administrator | 403 INSIDE WARD SUPERIORS PLAIN_HOUSE auth_admin | 404 rest

orgs:end_role
    GET | 200 house_admin administrator | 403 INSIDE WARD SUPERIORS PLAIN_HOUSE auth_admin | 404 rest
    POST | 302+ house_admin administrator | 403 INSIDE WARD SUPERIORS PLAIN_HOUSE auth_admin | 404 rest

# States, departments and terms: facts stay inside the Party line; when a term falls due is no secret from superiors.
orgs:states
    GET hospital | 200 INSIDE | 403 HOUSE SUPERIORS BLIND | 404 rest
    GET branch | 200 office secretary discipline general branch delegate | 403 personnel finance HOUSE member SUPERIORS BLIND | 404 rest

# An item is recorded by its owner, or by the Party office for the owner.
orgs:record_state
    GET establishment_staff | 200 office personnel | 403 secretary discipline finance HOUSE SUPERIORS BLIND | 404 rest
    GET staff_income | 200 office finance | 403 secretary discipline personnel HOUSE SUPERIORS BLIND | 404 rest
    POST establishment_staff | 302+ office personnel | 403 secretary discipline finance HOUSE SUPERIORS BLIND | 404 rest
    POST staff_income | 302+ office finance | 403 secretary discipline personnel HOUSE SUPERIORS BLIND | 404 rest

orgs:end_state
    GET | 200 office personnel | 403 secretary discipline finance HOUSE SUPERIORS BLIND | 404 rest
    POST | 302+ office personnel | 403 secretary discipline finance HOUSE SUPERIORS BLIND | 404 rest

orgs:departments
    GET hospital | 200 office secretary discipline personnel | 403 finance HOUSE SUPERIORS BLIND | 404 rest

orgs:open_department
    GET hospital | 200 office personnel finance | 403 secretary discipline HOUSE SUPERIORS BLIND | 404 rest
    POST hospital | 302+ office personnel finance | 403 secretary discipline HOUSE SUPERIORS BLIND | 404 rest

orgs:cover_department orgs:close_department
    GET | 200 office personnel finance | 403 secretary discipline HOUSE SUPERIORS BLIND | 404 rest
    POST | 302+ office personnel finance | 403 secretary discipline HOUSE SUPERIORS BLIND | 404 rest

orgs:terms
    GET hospital | 200 INSIDE HOUSE SUPERIORS auth_admin administrator | 404 rest

# Terms and posts are kept by the Party office, and by a secretary at the own organization only.
orgs:start_term
    GET hospital | 200 FILLERS | 403 WATCHERS HOUSE SUPERIORS BLIND | 404 rest
    GET branch | 200 office branch | 403 secretary WATCHERS HOUSE general delegate member SUPERIORS BLIND | 404 rest
    POST hospital | 302+ FILLERS | 403 WATCHERS HOUSE SUPERIORS BLIND | 404 rest

orgs:extend_term orgs:end_term
    GET | 200 FILLERS | 403 WATCHERS HOUSE SUPERIORS BLIND | 404 rest
    POST | 302+ FILLERS | 403 WATCHERS HOUSE SUPERIORS BLIND | 404 rest

# Posts name people: read where the register is read; an authority keeps its own.
members:posts
    GET hospital | 200 office secretary discipline personnel | 403 finance HOUSE SUPERIORS BLIND | 404 rest
    GET branch | 200 office secretary discipline personnel general branch delegate | 403 finance HOUSE member SUPERIORS BLIND | 404 rest
    GET authority | 200 supervisor | 403 WATCHING_SUPERIORS BLIND | 404 rest

members:set_up_post
    GET hospital | 200 FILLERS | 403 WATCHERS HOUSE SUPERIORS BLIND | 404 rest
    GET branch | 200 office branch | 403 secretary WATCHERS HOUSE general delegate member SUPERIORS BLIND | 404 rest
    POST hospital | 302+ FILLERS | 403 WATCHERS HOUSE SUPERIORS BLIND | 404 rest
    POST branch | 302+ office branch | 403 secretary WATCHERS HOUSE general delegate member SUPERIORS BLIND | 404 rest
    POST authority | 302+ supervisor | 403 WATCHING_SUPERIORS BLIND | 404 rest

members:appoint members:close_post members:end_tenure members:consent_coming members:consent_leaving
    GET | 200 FILLERS | 403 WATCHERS HOUSE SUPERIORS BLIND | 404 rest
    POST | 302+ FILLERS | 403 WATCHERS HOUSE SUPERIORS BLIND | 404 rest

# The check of structure: in full inside the hospital, numbers for authorities.
web:structure
    GET hospital | 200 INSIDE | 403 HOUSE SUPERIORS BLIND | 404 rest
    GET branch | 200 office secretary discipline general branch delegate | 403 personnel finance HOUSE member SUPERIORS BLIND | 404 rest
    GET province | 200 guidance reader | 403 administrator | 404 rest

# Standards bind everybody and are open to everybody.
standards:editions
    GET | 200 rest

standards:figures
    GET | 200 rest

standards:edition
    GET | 200 rest

# How an edition decides is as open as the edition; whom it can be tried for is asked on the page.
assessments:checks assessments:check
    GET | 200 rest

# A figure is set stricter for one's own organization; what was set is known to whoever it binds and whoever answers for them.
# The edition of the matrix has no parameters: whoever may set one is told so.
assessments:set_parameter
    POST | 404 office supervisor guidance_city guidance b.office b.supervisor b.guidance_city | 403 rest

assessments:end_parameter assessments:withdraw_parameter
    POST | 302+ office | 403 secretary WATCHERS HOUSE WARD SUPERIORS BLIND | 404 rest

# How facts count for an edition of nobody's is decided at the top of the tree; whom it is tried on, the page asks again.
assessments:check_edit
    GET | 200 guidance | 403 rest
    POST | 302+ guidance | 403 rest

assessments:check_work
    GET | 200 guidance | 403 rest

assessments:check_try assessments:check_case_add assessments:check_case_drop
    POST | 302+ guidance | 403 rest

assessments:check_adopt assessments:check_withdraw
    POST | 302+ guidance | 403 rest

# Nothing lives on here from an earlier edition: who may take checks over is told so.
assessments:check_carry
    POST | 200 guidance | 403 rest

# What an edition of nobody's continues is decided at the top of the tree; an interpretation is the own organization's.
standards:compare
    GET | 200 rest
    POST | 302+ guidance | 403 rest

standards:interpretations
    GET | 200 rest
    POST | 302+ office | 200 supervisor guidance_city guidance b.office b.supervisor b.guidance_city | 403 rest

# Drafts are seen from above and mended by who brings standards into shape at the very organization.
standards:drafts
    GET | 200 rest

standards:draft_new
    GET | 200 office supervisor guidance_city guidance b.office b.supervisor b.guidance_city | 403 rest
    POST | 200 supervisor guidance_city guidance b.office b.supervisor b.guidance_city | 302+ office | 403 rest

standards:draft standards:draft_file
    GET | 200 INSIDE HOUSE SUPERIORS BLIND | 404 rest

standards:draft_compare
    GET | 200 INSIDE HOUSE SUPERIORS BLIND | 404 rest
    POST | 302+ office | 403 secretary WATCHERS HOUSE SUPERIORS BLIND | 404 rest

standards:draft_item
    GET | 200 office | 403 secretary WATCHERS HOUSE SUPERIORS BLIND | 404 rest
    POST | 302+ office | 403 secretary WATCHERS HOUSE SUPERIORS BLIND | 404 rest

standards:draft_operate standards:draft_undo standards:draft_discard
    POST | 302+ office | 403 secretary WATCHERS HOUSE SUPERIORS BLIND | 404 rest

# 302 without a plus: there is nothing to do again.
standards:draft_redo
    POST | 302 office | 403 secretary WATCHERS HOUSE SUPERIORS BLIND | 404 rest

standards:draft_publish
    GET | 200 office | 403 secretary WATCHERS HOUSE SUPERIORS BLIND | 404 rest
    POST | 302+ office | 403 secretary WATCHERS HOUSE SUPERIORS BLIND | 404 rest

# Sheets. A draft is its organization's own; from submission on superiors read it; administrators and inspectors never.
assessments:list
    GET | 200 rest

assessments:sheet
    GET draft | 200 INSIDE | 403 HOUSE SUPERIORS BLIND | 404 rest
    GET submitted | 200 INSIDE SUPERIORS house_reader | 403 BLIND house_admin house_member | 404 rest
    GET inspecting | 200 INSIDE SUPERIORS house_reader inspector | 403 BLIND house_admin house_member | 404 rest
    GET branch draft | 200 branch delegate | 403 INSIDE HOUSE SUPERIORS BLIND general member | 404 rest
    GET branch submitted | 200 FILLERS SUPERIORS house_reader general branch delegate | 403 WATCHERS BLIND house_admin house_member member | 404 rest

# The script's addresses answer in JSON: 401 instead of the sign-in page; 409 where the sheet is locked for whoever reads it.
assessments:save
    POST draft | 200+ FILLERS | 401 anonymous | 403 WATCHERS HOUSE SUPERIORS BLIND first | 404 rest
    POST submitted | 401 anonymous | 403 BLIND house_admin house_member first | 409 INSIDE SUPERIORS house_reader | 404 rest
    POST inspecting | 200+ inspector | 401 anonymous | 403 BLIND HOUSE INSIDE SUPERIORS first | 404 rest
    POST accepting | 200+ supervisor | 401 anonymous | 403 INSIDE HOUSE BLIND WATCHING_SUPERIORS first | 404 rest
    POST branch draft | 200+ branch delegate | 401 anonymous | 403 INSIDE HOUSE SUPERIORS BLIND general member first | 404 rest
    POST branch submitted | 401 anonymous | 403 WATCHERS BLIND house_admin house_member member first | 409 FILLERS SUPERIORS house_reader general branch delegate | 404 rest
    POST branch accepting | 200+ FILLERS | 401 anonymous | 403 WATCHERS HOUSE WARD SUPERIORS BLIND first | 404 rest

assessments:changes
    GET draft | 200 INSIDE | 401 anonymous | 403 HOUSE SUPERIORS BLIND | 404 rest
    GET submitted | 200 INSIDE SUPERIORS house_reader | 401 anonymous | 403 BLIND house_admin house_member | 404 rest
    GET branch draft | 200 branch delegate | 401 anonymous | 403 INSIDE HOUSE SUPERIORS BLIND general member | 404 rest

assessments:missing assessments:history assessments:practices
    GET draft | 200 INSIDE | 403 HOUSE SUPERIORS BLIND | 404 rest
    GET submitted | 200 INSIDE SUPERIORS house_reader | 403 BLIND house_admin house_member | 404 rest

# Carrying last year's answers over is filling; a sheet that is locked leads back to itself.
assessments:keep_carried
    POST draft | 302 FILLERS | 403 WATCHERS HOUSE SUPERIORS BLIND | 404 rest
    POST submitted | 302 FILLERS | 403 WATCHERS HOUSE SUPERIORS BLIND | 404 rest

assessments:carry
    GET draft | 200 FILLERS | 403 WATCHERS HOUSE SUPERIORS BLIND | 404 rest
    GET submitted | 302 FILLERS | 403 WATCHERS HOUSE SUPERIORS BLIND | 404 rest
    GET branch draft | 200 branch delegate | 403 INSIDE HOUSE SUPERIORS BLIND general member | 404 rest
    POST draft | 302+ FILLERS | 403 WATCHERS HOUSE SUPERIORS BLIND | 404 rest
    POST submitted | 302 FILLERS | 403 WATCHERS HOUSE SUPERIORS BLIND | 404 rest

# Moves: 302 without a plus is the way back from a step that the sheet's state does not have.
assessments:submit
    GET draft | 200 secretary | 403 WATCHERS HOUSE SUPERIORS BLIND office | 404 rest
    GET submitted | 302 INSIDE SUPERIORS house_reader | 403 BLIND house_admin house_member | 404 rest
    GET branch draft | 200 branch | 403 INSIDE HOUSE SUPERIORS BLIND general delegate member | 404 rest
    POST draft | 302+ secretary | 403 WATCHERS HOUSE SUPERIORS BLIND office | 404 rest
    POST submitted | 302 INSIDE SUPERIORS house_reader | 403 BLIND house_admin house_member | 404 rest
    POST branch draft | 302+ branch | 403 INSIDE HOUSE SUPERIORS BLIND general delegate member | 404 rest

assessments:return
    GET submitted | 200 supervisor | 403 INSIDE HOUSE BLIND WATCHING_SUPERIORS | 404 rest
    GET branch submitted | 200 FILLERS | 403 WATCHERS HOUSE WARD SUPERIORS BLIND | 404 rest
    POST draft | 302 INSIDE | 403 HOUSE SUPERIORS BLIND | 404 rest
    POST submitted | 302+ supervisor | 403 INSIDE HOUSE BLIND WATCHING_SUPERIORS | 404 rest
    POST branch submitted | 302+ FILLERS | 403 WATCHERS HOUSE WARD SUPERIORS BLIND | 404 rest

# Withdrawing is the signer's alone, in their own organization, until acceptance begins.
assessments:withdraw
    GET draft | 302 INSIDE | 403 HOUSE SUPERIORS BLIND | 404 rest
    GET submitted | 200 secretary | 403 WATCHERS HOUSE SUPERIORS BLIND office | 404 rest
    GET branch submitted | 200 branch | 403 INSIDE HOUSE SUPERIORS BLIND general delegate member | 404 rest
    POST draft | 302 INSIDE | 403 HOUSE SUPERIORS BLIND | 404 rest
    POST submitted | 302+ secretary | 403 WATCHERS HOUSE SUPERIORS BLIND office | 404 rest
    POST branch submitted | 302+ branch | 403 INSIDE HOUSE SUPERIORS BLIND general delegate member | 404 rest

# Single criteria come back from whoever reviews; who fills amends them, the secretary signs, nobody above sees it before.
assessments:returns
    GET submitted | 200 INSIDE SUPERIORS house_reader | 403 BLIND house_admin house_member | 404 rest
    GET accepting | 200 INSIDE SUPERIORS house_reader | 403 BLIND house_admin house_member | 404 rest

assessments:return_criteria
    GET submitted | 302 INSIDE SUPERIORS house_reader | 403 BLIND house_admin house_member | 404 rest
    GET accepting | 200 supervisor | 403 INSIDE HOUSE BLIND WATCHING_SUPERIORS | 404 rest
    POST submitted | 302 INSIDE SUPERIORS house_reader | 403 BLIND house_admin house_member | 404 rest
    POST accepting | 302+ supervisor | 403 INSIDE HOUSE BLIND WATCHING_SUPERIORS | 404 rest

assessments:amend
    GET accepting | 200 FILLERS | 403 WATCHERS HOUSE SUPERIORS BLIND | 404 rest
    POST accepting | 302+ FILLERS | 403 WATCHERS HOUSE SUPERIORS BLIND | 404 rest

assessments:amendment_file
    GET accepting | 200 INSIDE | 403 HOUSE SUPERIORS BLIND | 404 rest

assessments:sign_amendment
    GET accepting | 200 secretary | 403 office WATCHERS HOUSE SUPERIORS BLIND | 404 rest
    POST accepting | 302+ secretary | 403 office WATCHERS HOUSE SUPERIORS BLIND | 404 rest

assessments:cancel_return
    POST accepting | 302+ supervisor | 403 INSIDE HOUSE BLIND WATCHING_SUPERIORS | 404 rest

# Proposals are for those who fill the sheet; a locked one leads back to itself.
assessments:evaluate
    POST draft | 302+ FILLERS | 403 WATCHERS HOUSE SUPERIORS BLIND | 404 rest
    POST submitted | 302 FILLERS | 403 WATCHERS HOUSE SUPERIORS BLIND | 404 rest

# What new facts made of a proposal is theirs alone too.
assessments:catch_up
    POST draft | 200 FILLERS | 403 WATCHERS HOUSE SUPERIORS BLIND | 404 rest
    POST submitted | 403 INSIDE HOUSE SUPERIORS BLIND | 404 rest

# What it rests on: once it is handed in, for all who read the draft; reviewers see it where a difference arose since.
assessments:basis
    GET draft | 200 FILLERS | 403 WATCHERS HOUSE SUPERIORS BLIND | 404 rest
    GET submitted | 200 INSIDE | 403 HOUSE SUPERIORS BLIND | 404 rest

# Whoever reads a record may ask what it counts for; proposals are shown to those who fill the sheet.
assessments:served
    POST branch | 200 RECORDERS LEDGER_READERS | 404 rest

assessments:confirm
    POST draft | 302 INSIDE | 403 HOUSE SUPERIORS BLIND | 404 rest
    POST submitted | 302 INSIDE SUPERIORS house_reader | 403 BLIND house_admin house_member | 404 rest
    POST accepting | 302+ supervisor | 403 INSIDE HOUSE BLIND WATCHING_SUPERIORS | 404 rest
    POST branch accepting | 302+ FILLERS | 403 WATCHERS HOUSE WARD SUPERIORS BLIND | 404 rest

assessments:move
    POST draft | 302 INSIDE | 403 HOUSE SUPERIORS BLIND | 404 rest
    POST submitted | 302+ supervisor | 403 INSIDE HOUSE BLIND WATCHING_SUPERIORS | 404 rest
    POST branch submitted | 302+ FILLERS | 403 WATCHERS HOUSE WARD SUPERIORS BLIND | 404 rest

# The vetoes are answered between acceptance and rating; before that the page leads back to the sheet.
assessments:vetoes
    GET draft | 302 INSIDE | 403 HOUSE SUPERIORS BLIND | 404 rest
    GET submitted | 302 INSIDE SUPERIORS house_reader | 403 BLIND house_admin house_member | 404 rest
    POST draft | 302 INSIDE | 403 HOUSE SUPERIORS BLIND | 404 rest
    POST submitted | 302 INSIDE SUPERIORS house_reader | 403 BLIND house_admin house_member | 404 rest

# Scans hang on a submission: there are none of a draft that was never signed.
assessments:scans
    GET draft | 403 HOUSE SUPERIORS BLIND | 404 rest
    GET submitted | 200 INSIDE SUPERIORS house_reader | 403 BLIND house_admin house_member | 404 rest
    POST draft | 403 HOUSE SUPERIORS BLIND | 404 rest
    POST submitted | 302+ FILLERS | 403 WATCHERS HOUSE SUPERIORS BLIND | 404 rest

assessments:scan_file
    GET submitted | 200 INSIDE SUPERIORS house_reader | 403 BLIND house_admin house_member | 404 rest

assessments:scan_detach
    POST submitted | 302+ FILLERS | 403 WATCHERS HOUSE SUPERIORS BLIND | 404 rest

# The reviewers' queue is for who reviews or distributes; without anything ticked an act is refused, and the queue comes back.
assessments:reviews assessments:comparison
    GET | 200 supervisor lead office secretary b.supervisor b.lead b.office b.secretary | 403 rest

assessments:workload
    GET | 200 lead secretary b.lead b.secretary | 403 rest

assessments:take_reviews
    POST submitted | 302+ supervisor | 200 lead office secretary b.supervisor b.lead b.office b.secretary | 403 rest

assessments:pass_reviews
    POST submitted | 302+ supervisor lead | 200 office secretary b.supervisor b.lead b.office b.secretary | 403 rest

assessments:put_back_reviews
    POST accepting | 302+ supervisor lead | 200 office secretary b.supervisor b.lead b.office b.secretary | 403 rest

assessments:assignments
    GET submitted | 200 supervisor lead | 403 INSIDE HOUSE auth_reader guidance_city guidance reader BLIND | 404 rest
    GET branch submitted | 200 FILLERS | 403 WATCHERS HOUSE WARD SUPERIORS BLIND | 404 rest

# Cycles: seen by all concerned, opened by who holds the office at the owner or above it.
assessments:cycles
    GET | 200 rest

assessments:new_cycle
    GET | 200 CYCLE_MAKERS b.supervisor b.guidance_city | 403 rest
    POST | 200 CYCLE_MAKERS b.supervisor b.guidance_city | 403 rest

assessments:cycle
    GET province | 200 INSIDE HOUSE WARD SUPERIORS BLIND THEIRS | 404 rest
    GET city | 200 guidance_city guidance reader administrator | 404 rest

# Draws are public to whoever the cycle concerns; their organizer (here the province) makes them, and the teams.
assessments:draws
    GET province | 200 INSIDE HOUSE WARD SUPERIORS BLIND THEIRS | 404 rest

assessments:draw
    GET frozen | 200 INSIDE HOUSE WARD SUPERIORS BLIND THEIRS | 404 rest
    GET drawn | 200 INSIDE HOUSE WARD SUPERIORS BLIND THEIRS | 404 rest

assessments:draw_file
    GET frozen | 403 INSIDE HOUSE WARD SUPERIORS BLIND THEIRS | 404 rest
    GET drawn | 200 INSIDE HOUSE WARD SUPERIORS BLIND THEIRS | 404 rest

# Spot checks are organized by guidance committees only (document 0, part 3, section 3).
assessments:new_draw
    GET province | 200 guidance_city guidance b.guidance_city | 403 INSIDE HOUSE WARD supervisor auth_reader lead reader BLIND b.INSIDE b.HOUSE b.WARD b.supervisor b.auth_reader b.lead b.auth_admin | 404 rest
    POST province | 200 guidance_city guidance b.guidance_city | 403 INSIDE HOUSE WARD supervisor auth_reader lead reader BLIND b.INSIDE b.HOUSE b.WARD b.supervisor b.auth_reader b.lead b.auth_admin | 404 rest

assessments:make_draw assessments:void_draw
    POST frozen | 302+ guidance | 403 INSIDE HOUSE WARD supervisor auth_reader lead guidance_city reader BLIND THEIRS | 404 rest

assessments:substitute assessments:assign assessments:leave_team assessments:name_team_lead assessments:add_team_member assessments:move_team_end
    POST | 302+ guidance | 403 INSIDE HOUSE WARD supervisor auth_reader lead guidance_city reader BLIND THEIRS | 404 rest

assessments:new_team
    GET drawn | 200 guidance | 403 INSIDE HOUSE WARD supervisor auth_reader lead guidance_city reader BLIND THEIRS | 404 rest
    POST drawn | 302+ guidance | 403 INSIDE HOUSE WARD supervisor auth_reader lead guidance_city reader BLIND THEIRS | 404 rest

assessments:withdraw_inspection
    POST waiting | 302+ guidance | 403 INSIDE HOUSE WARD supervisor auth_reader lead guidance_city reader BLIND THEIRS | 404 rest

# An inspection under way is its team's and its organizer's, a concluded one also of who may read the sheet.
# Only the team writes. 302 without a plus: refused, and said.
assessments:inspections
    GET | 200 rest

assessments:inspection
    GET waiting | 200 inspector guidance | 404 rest
    GET running | 200 inspector guidance | 404 rest
    GET concluded | 200 INSIDE SUPERIORS house_reader inspector | 403 BLIND house_admin house_member | 404 rest

assessments:start_inspection
    POST waiting | 302+ inspector | 302 guidance | 404 rest

assessments:conclude_inspection
    POST running | 302+ inspector | 200 guidance | 404 rest

assessments:note assessments:count_interview
    POST running | 200+ inspector | 401 anonymous | 403 first | 404 rest

assessments:withdraw_note
    POST | 302+ inspector | 403 guidance | 404 rest

assessments:open_cycle
    POST province | 302+ guidance | 403 INSIDE HOUSE WARD BLIND b.INSIDE b.HOUSE b.WARD supervisor auth_reader lead guidance_city reader b.supervisor b.auth_reader b.lead b.auth_admin b.guidance_city | 404 rest
    POST city | 302+ guidance_city guidance | 403 reader administrator | 404 rest

# What a cycle says is changed, and the cycle closed, by whoever opens it; 200 says what does not fit.
assessments:change_cycle
    GET province | 200 guidance | 403 INSIDE HOUSE WARD BLIND THEIRS supervisor auth_reader lead guidance_city reader | 404 rest
    GET city | 200 guidance_city guidance | 403 reader administrator | 404 rest
    POST province | 200 guidance | 403 INSIDE HOUSE WARD BLIND THEIRS supervisor auth_reader lead guidance_city reader | 404 rest

results:close_cycle
    GET province | 200 guidance | 403 INSIDE HOUSE WARD BLIND THEIRS supervisor auth_reader lead guidance_city reader | 404 rest
    POST province | 302+ guidance | 403 INSIDE HOUSE WARD BLIND THEIRS supervisor auth_reader lead guidance_city reader | 404 rest

# Evidence follows the sheet; whoever opens it from outside the hospital is written down (the plus).
assessments:evidence_list
    GET draft | 200 INSIDE | 403 HOUSE SUPERIORS BLIND | 404 rest
    GET submitted | 200 INSIDE SUPERIORS house_reader | 403 BLIND house_admin house_member | 404 rest

assessments:evidence_add
    POST draft | 200+ FILLERS | 403 WATCHERS HOUSE SUPERIORS BLIND | 404 rest
    POST submitted | 200 FILLERS | 403 WATCHERS HOUSE SUPERIORS BLIND | 404 rest

assessments:evidence_reuse
    GET draft | 200 FILLERS | 403 WATCHERS HOUSE SUPERIORS BLIND | 404 rest
    GET submitted | 200 FILLERS | 403 WATCHERS HOUSE SUPERIORS BLIND | 404 rest
    POST draft | 200 FILLERS | 403 WATCHERS HOUSE SUPERIORS BLIND | 404 rest
    POST submitted | 200 FILLERS | 403 WATCHERS HOUSE SUPERIORS BLIND | 404 rest

assessments:evidence_detach
    POST draft | 200+ FILLERS | 403 WATCHERS HOUSE SUPERIORS BLIND | 404 rest
    POST submitted | 200 FILLERS | 403 WATCHERS HOUSE SUPERIORS BLIND | 404 rest

assessments:evidence_open
    GET draft | 200 INSIDE | 403 HOUSE SUPERIORS BLIND | 404 rest
    GET submitted | 200 INSIDE house_reader | 200+ SUPERIORS | 403 BLIND house_admin house_member | 404 rest

# Orders to mend: read by who reads a submitted sheet; worked off at the own node, verified by who ordered them.
rectification:list
    GET | 200 INSIDE house_reader general branch delegate SUPERIORS b.INSIDE b.house_reader b.general b.branch b.delegate b.supervisor b.auth_reader b.lead b.guidance_city | 403 rest

rectification:one
    GET hospital | 200 INSIDE SUPERIORS house_reader | 403 BLIND house_admin house_member | 404 rest
    GET branch | 200 FILLERS general branch delegate SUPERIORS house_reader | 403 WATCHERS BLIND house_admin house_member member | 404 rest

rectification:plan rectification:proof_add
    POST hospital | 302+ FILLERS | 403 WATCHERS HOUSE SUPERIORS BLIND | 404 rest

rectification:move
    POST hospital | 302+ FILLERS | 403 WATCHERS HOUSE SUPERIORS BLIND | 404 rest
    POST branch | 403 INSIDE HOUSE general delegate member SUPERIORS BLIND | 409 branch | 404 rest

rectification:assign
    POST branch | 302+ FILLERS | 403 WATCHERS HOUSE WARD SUPERIORS BLIND | 404 rest

rectification:deadline
    POST hospital | 302+ supervisor | 403 INSIDE HOUSE WATCHING_SUPERIORS BLIND | 404 rest

rectification:ask_help
    POST hospital | 302+ FILLERS | 403 WATCHERS HOUSE SUPERIORS BLIND | 404 rest

rectification:answer_help
    POST asked | 302+ supervisor | 403 INSIDE HOUSE WATCHING_SUPERIORS BLIND | 404 rest

# What is still being written is read by nobody above; what was handed in is, on record.
rectification:proof_file
    GET writing | 200 FILLERS | 200+ WATCHERS | 403 BLIND house_admin house_member | 404 rest
    GET handed | 200 FILLERS | 200+ WATCHERS SUPERIORS house_reader | 403 BLIND house_admin house_member | 404 rest

rectification:proof_detach
    POST | 302+ FILLERS | 403 WATCHERS BLIND house_admin house_member | 404 rest

# Dispatches: issued downward, answered at the own node, decided and followed up by who issued them.
dispatches:list reports:dispatch_list
    GET | 200 INSIDE house_reader general branch delegate SUPERIORS b.INSIDE b.house_reader b.general b.branch b.delegate b.supervisor b.auth_reader b.lead b.guidance_city | 403 rest

dispatches:new
    GET | 200 FILLERS CYCLE_MAKERS b.FILLERS b.supervisor b.guidance_city | 403 rest
    POST | 302+ supervisor | 409 FILLERS guidance_city guidance b.FILLERS b.supervisor b.guidance_city | 403 rest

dispatches:item
    GET asked | 200 supervisor | 403 lead auth_reader auth_admin | 404 rest

dispatches:one
    GET asked | 200 INSIDE SUPERIORS house_reader | 403 BLIND house_admin house_member | 404 rest
    GET branch | 200 FILLERS general branch delegate SUPERIORS house_reader | 403 WATCHERS BLIND house_admin house_member member | 404 rest

dispatches:answer
    POST asked | 302+ FILLERS | 403 WATCHERS HOUSE SUPERIORS BLIND | 404 rest
    POST branch | 302+ branch | 403 INSIDE HOUSE general delegate member SUPERIORS BLIND | 404 rest

dispatches:remark
    POST asked | 302+ FILLERS supervisor | 403 WATCHERS HOUSE WATCHING_SUPERIORS BLIND | 404 rest

dispatches:deadline
    POST asked | 302+ supervisor | 403 INSIDE HOUSE WATCHING_SUPERIORS BLIND | 404 rest

dispatches:owner
    POST asked | 302 supervisor | 403 INSIDE HOUSE WATCHING_SUPERIORS BLIND | 404 rest

dispatches:move
    POST answered | 302+ supervisor | 403 INSIDE HOUSE WATCHING_SUPERIORS BLIND | 404 rest

# What was not handed in yet is nobody else's: not there, even for who reads the rest.
dispatches:proof_file
    GET asked | 200 FILLERS | 403 BLIND house_admin house_member | 404 rest
    GET answered | 200 FILLERS | 200+ WATCHERS SUPERIORS house_reader | 403 BLIND house_admin house_member | 404 rest

dispatches:proof_detach
    POST asked | 302+ FILLERS | 403 BLIND house_admin house_member | 404 rest

# Practices: the library is everybody's to whom it is published; a draft is its organization's, then also its reviewers'.
practices:list practices:criteria
    GET | 200 rest

practices:mine
    GET | 200 RECOMMENDERS | 403 rest

practices:new
    GET | 200 RECOMMENDERS | 403 rest
    POST | 302+ RECOMMENDERS | 403 rest

practices:queue
    GET | 200 FILLERS CYCLE_MAKERS b.FILLERS b.supervisor b.guidance_city | 403 rest

practices:one
    GET draft | 200 FILLERS | 403 WATCHERS HOUSE SUPERIORS BLIND | 404 rest
    GET submitted | 200 FILLERS supervisor | 403 WATCHERS HOUSE WATCHING_SUPERIORS BLIND | 404 rest
    GET published | 200 INSIDE HOUSE WARD SUPERIORS BLIND | 404 rest

practices:edit
    GET draft | 200 FILLERS | 403 WATCHERS HOUSE SUPERIORS BLIND | 404 rest
    GET published | 302 FILLERS | 403 WATCHERS HOUSE WARD SUPERIORS BLIND | 404 rest
    POST draft | 302+ FILLERS | 403 WATCHERS HOUSE SUPERIORS BLIND | 404 rest

practices:move
    POST draft | 302+ FILLERS | 403 WATCHERS HOUSE SUPERIORS BLIND | 404 rest
    POST submitted | 302+ supervisor | 403 INSIDE HOUSE WATCHING_SUPERIORS BLIND | 404 rest
    POST published | 302+ CYCLE_MAKERS | 403 INSIDE HOUSE WARD auth_reader lead reader BLIND | 404 rest

practices:file_add
    POST draft | 302+ FILLERS | 403 WATCHERS HOUSE SUPERIORS BLIND | 404 rest

practices:file
    GET published | 200 INSIDE HOUSE WARD SUPERIORS BLIND | 404 rest

practices:file_detach
    POST draft | 302+ FILLERS | 403 WATCHERS HOUSE SUPERIORS BLIND | 404 rest

# One adopts for the own organization only: who recommends for another one than the form names is asked to choose.
practices:adopt
    POST published | 302+ general | 409 FILLERS branch | 403 WATCHERS HOUSE delegate member SUPERIORS BLIND | 404 rest

practices:adoption_end
    POST | 302+ branch | 403 INSIDE HOUSE general delegate member SUPERIORS BLIND | 404 rest

# Results: decided by the recognizing body; read with the sheet; how far off one is, only by oneself.
results:home
    GET | 200 rest

results:recognition results:consequences
    GET | 200 guidance | 403 INSIDE HOUSE WARD BLIND THEIRS supervisor auth_reader lead guidance_city reader | 404 rest
    POST | 302+ guidance | 403 INSIDE HOUSE WARD BLIND THEIRS supervisor auth_reader lead guidance_city reader | 404 rest

results:figures
    GET | 200 guidance | 403 INSIDE HOUSE WARD BLIND THEIRS supervisor auth_reader lead guidance_city reader | 404 rest
    POST | 302+ guidance | 403 INSIDE HOUSE WARD BLIND THEIRS supervisor auth_reader lead guidance_city reader | 404 rest

results:trial
    GET | 200 guidance | 403 INSIDE HOUSE WARD BLIND THEIRS supervisor auth_reader lead guidance_city reader | 404 rest

results:ledger results:vetoes results:coverage reports:class_ledger reports:veto_list
    GET | 200 FILLERS house_reader general SUPERIORS b.FILLERS b.house_reader b.general b.supervisor b.auth_reader b.lead b.guidance_city | 403 WATCHERS house_admin house_member branch delegate member BLIND b.WATCHERS b.house_admin b.house_member b.branch b.delegate b.member b.auth_admin | 404 rest

results:summary
    GET | 200 guidance_city guidance reader | 403 WATCHERS house_admin house_member branch delegate member BLIND b.WATCHERS b.house_admin b.house_member b.branch b.delegate b.member b.auth_admin | 404 rest
    POST | 302+ guidance_city | 403 guidance reader WATCHERS house_admin house_member branch delegate member BLIND b.WATCHERS b.house_admin b.house_member b.branch b.delegate b.member b.auth_admin | 404 rest

results:frozen_summary reports:summary_form reports:summary_sheet
    GET frozen | 200 guidance_city guidance reader | 403 administrator | 404 rest

results:file_summary
    POST frozen | 302+ guidance_city | 403 guidance reader administrator | 404 rest

results:receive_summary
    POST filed | 302+ guidance | 403 guidance_city reader administrator | 404 rest

results:finish results:number
    POST | 302+ supervisor guidance | 403 INSIDE HOUSE auth_reader lead guidance_city reader BLIND | 404 rest

results:postpone results:withdraw
    POST | 302+ guidance | 403 INSIDE HOUSE supervisor auth_reader lead guidance_city reader BLIND | 404 rest

results:consequence reports:consequence_notice
    GET | 200 INSIDE SUPERIORS house_reader | 403 BLIND house_admin house_member | 404 rest

results:result
    GET draft | 200 INSIDE | 403 HOUSE SUPERIORS BLIND | 404 rest
    GET last | 200 INSIDE SUPERIORS house_reader | 403 BLIND house_admin house_member | 404 rest

results:revise
    GET last | 200 guidance | 403 INSIDE HOUSE supervisor auth_reader lead guidance_city reader BLIND | 404 rest
    POST last | 302+ guidance | 403 INSIDE HOUSE supervisor auth_reader lead guidance_city reader BLIND | 404 rest

results:reassess
    POST mended | 302+ supervisor | 403 INSIDE HOUSE BLIND WATCHING_SUPERIORS | 404 rest

results:reassess_branch
    GET lagging | 200 FILLERS | 403 WATCHERS HOUSE WARD SUPERIORS BLIND | 404 rest
    POST lagging | 302+ FILLERS | 403 WATCHERS HOUSE WARD SUPERIORS BLIND | 404 rest

results:distance
    GET draft | 200 INSIDE | 403 HOUSE SUPERIORS BLIND | 404 rest
    GET last | 200 INSIDE | 403 HOUSE SUPERIORS BLIND | 404 rest

results:standard_ledger
    GET hospital | 200 INSIDE SUPERIORS house_reader | 403 BLIND house_admin house_member | 404 rest
    GET branch | 200 FILLERS general branch delegate SUPERIORS house_reader | 403 WATCHERS BLIND house_admin house_member member | 404 rest

# The year-end veto: proposed and decided above, by two; appealed against by who signs for the organization.
results:propose_veto
    GET last | 200 AUTHORITIES | 403 INSIDE HOUSE auth_reader lead reader BLIND | 404 rest
    POST last | 302+ AUTHORITIES | 403 INSIDE HOUSE auth_reader lead reader BLIND | 404 rest

results:veto
    GET proposed | 200 INSIDE SUPERIORS house_reader | 403 BLIND house_admin house_member | 404 rest

results:veto_proof
    GET | 200 INSIDE SUPERIORS house_reader | 403 BLIND house_admin house_member | 404 rest

results:veto_proof_add
    POST proposed | 302+ supervisor | 403 INSIDE HOUSE WATCHING_SUPERIORS BLIND | 404 rest

results:decide_veto
    POST proposed | 302+ guidance_city guidance | 403 INSIDE HOUSE supervisor auth_reader lead reader BLIND | 404 rest

results:appeal_veto
    POST in force | 302+ secretary | 403 office WATCHERS HOUSE SUPERIORS BLIND | 404 rest

results:answer_veto
    POST appealed | 302+ guidance_city guidance | 403 INSIDE HOUSE supervisor auth_reader lead reader BLIND | 404 rest

results:lift_veto
    POST in force | 302+ guidance_city guidance | 403 INSIDE HOUSE supervisor auth_reader lead reader BLIND | 404 rest

reports:veto_notice
    GET in force | 200 INSIDE SUPERIORS house_reader | 403 BLIND house_admin house_member | 404 rest

# A recognition is taken back by two people of the recognizing body; here the province recognizes.
results:propose_revocation
    GET losing | 200 guidance | 403 INSIDE HOUSE supervisor auth_reader lead guidance_city reader BLIND | 404 rest
    POST losing | 302+ guidance | 403 INSIDE HOUSE supervisor auth_reader lead guidance_city reader BLIND | 404 rest

results:revocation
    GET proposed | 200 INSIDE SUPERIORS house_reader | 403 BLIND house_admin house_member | 404 rest

results:decide_revocation
    POST proposed | 302+ guidance | 403 INSIDE HOUSE supervisor auth_reader lead guidance_city reader BLIND | 404 rest

reports:revocation_notice
    GET in force | 200 INSIDE SUPERIORS house_reader | 403 BLIND house_admin house_member | 404 rest

# The sheet veto: proposed and decided above the hospital, by two; appealed against by its secretary.
assessments:sheet_veto_propose
    GET unvetoed | 200 AUTHORITIES | 403 INSIDE HOUSE auth_reader lead reader BLIND | 404 rest
    POST unvetoed | 302+ AUTHORITIES | 403 INSIDE HOUSE auth_reader lead reader BLIND | 404 rest

assessments:sheet_veto
    GET proposed | 200 INSIDE SUPERIORS house_reader | 403 BLIND house_admin house_member | 404 rest

assessments:sheet_veto_proof
    GET | 200 INSIDE SUPERIORS house_reader | 403 BLIND house_admin house_member | 404 rest

assessments:sheet_veto_decide
    POST proposed | 302+ guidance_city guidance | 403 INSIDE HOUSE supervisor auth_reader lead reader BLIND | 404 rest

assessments:sheet_veto_appeal
    POST withheld | 302+ secretary | 403 office WATCHERS HOUSE SUPERIORS BLIND | 404 rest

assessments:sheet_veto_answer
    POST contested | 302+ guidance_city guidance | 403 INSIDE HOUSE supervisor auth_reader lead reader BLIND | 404 rest

assessments:sheet_veto_lift
    POST withheld | 302+ guidance_city guidance | 403 INSIDE HOUSE supervisor auth_reader lead reader BLIND | 404 rest

reports:sheet_veto_notice
    GET withheld | 200 INSIDE SUPERIORS house_reader | 403 BLIND house_admin house_member | 404 rest

# Doubted material: raised from above or by the team, explained by who fills the sheet, decided by another person above.
assessments:integrity_list
    GET | 200 INSIDE house_reader general branch delegate SUPERIORS INSPECTORS b.INSIDE b.house_reader b.general b.branch b.delegate b.supervisor b.auth_reader b.lead b.guidance_city b.inspector | 403 rest

assessments:integrity_raise
    GET submitted | 200 AUTHORITIES | 403 INSIDE HOUSE auth_reader lead reader BLIND | 404 rest
    POST submitted | 302+ AUTHORITIES | 403 INSIDE HOUSE auth_reader lead reader BLIND | 404 rest

assessments:integrity
    GET raised | 200 INSIDE SUPERIORS house_reader | 403 BLIND house_admin house_member | 404 rest

assessments:integrity_move
    POST raised | 302+ FILLERS | 403 WATCHERS HOUSE SUPERIORS BLIND | 404 rest
    POST explained | 302+ guidance_city guidance | 403 INSIDE HOUSE supervisor auth_reader lead reader BLIND | 404 rest
    POST found | 302+ AUTHORITIES | 403 INSIDE HOUSE auth_reader lead reader BLIND | 404 rest

# Objections follow the sheet; the secretary files, whoever gave the mark answers.
results:objections
    GET draft | 200 INSIDE | 403 HOUSE SUPERIORS BLIND | 404 rest
    GET last | 200 INSIDE SUPERIORS house_reader | 403 BLIND house_admin house_member | 404 rest

results:objection_new
    GET draft | 302 secretary | 403 office WATCHERS HOUSE SUPERIORS BLIND | 404 rest
    GET last | 200 secretary | 403 office WATCHERS HOUSE SUPERIORS BLIND | 404 rest
    POST last | 302+ secretary | 403 office WATCHERS HOUSE SUPERIORS BLIND | 404 rest

results:objection results:objection_file
    GET last | 200 INSIDE SUPERIORS house_reader | 403 BLIND house_admin house_member | 404 rest

results:objection_answer
    POST last | 302+ supervisor | 403 INSIDE HOUSE BLIND WATCHING_SUPERIORS | 404 rest

results:objection_withdraw
    POST last | 302+ secretary | 403 office WATCHERS HOUSE SUPERIORS BLIND | 404 rest

# Reports follow the sheet.
reports:sheet_form reports:sheet_form_excel reports:self_check_register
    GET draft | 200 INSIDE | 403 HOUSE SUPERIORS BLIND | 404 rest
    GET submitted | 200 INSIDE SUPERIORS house_reader | 403 BLIND house_admin house_member | 404 rest

reports:edition_form reports:edition_table
    GET | 200 rest

# Elections: kept by the own office, answered by the superior, seen by who sees the register; nobody else.
members:elections
    GET | 200 office secretary discipline personnel general branch delegate supervisor guidance_city guidance b.office b.secretary b.discipline b.personnel b.general b.branch b.delegate b.supervisor b.guidance_city | 403 rest

members:election_open
    GET branch | 200 office branch | 403 secretary WATCHERS HOUSE general delegate member SUPERIORS BLIND | 404 rest
    POST branch | 302+ office branch | 403 secretary WATCHERS HOUSE general delegate member SUPERIORS BLIND | 404 rest

members:election_remind
    GET branch | 200 FILLERS | 403 WATCHERS HOUSE WARD SUPERIORS BLIND | 404 rest
    GET hospital | 200 supervisor | 403 INSIDE HOUSE WATCHING_SUPERIORS BLIND | 404 rest
    POST hospital | 302+ supervisor | 403 INSIDE HOUSE WATCHING_SUPERIORS BLIND | 404 rest

members:election
    GET | 200 office secretary discipline personnel supervisor | 403 finance HOUSE WATCHING_SUPERIORS BLIND | 404 rest

members:election_step
    GET request | 200 FILLERS | 403 WATCHERS HOUSE SUPERIORS BLIND | 404 rest
    GET approval | 200 supervisor | 403 INSIDE HOUSE WATCHING_SUPERIORS BLIND | 404 rest
    POST request | 302+ FILLERS | 403 WATCHERS HOUSE SUPERIORS BLIND | 404 rest
    POST approval | 302+ supervisor | 403 INSIDE HOUSE WATCHING_SUPERIORS BLIND | 404 rest

members:election_advice
    GET request | 200 FILLERS | 403 WATCHERS HOUSE SUPERIORS BLIND | 404 rest

members:election_people
    GET | 200 FILLERS | 403 WATCHERS HOUSE SUPERIORS BLIND | 404 rest

# What is not finished cannot be concluded: the form says so.
members:election_conclude
    GET | 200 FILLERS | 403 WATCHERS HOUSE SUPERIORS BLIND | 404 rest
    POST | 200 FILLERS | 403 WATCHERS HOUSE SUPERIORS BLIND | 404 rest

members:election_cancel
    GET | 200 FILLERS | 403 WATCHERS HOUSE SUPERIORS BLIND | 404 rest
    POST | 302+ FILLERS | 403 WATCHERS HOUSE SUPERIORS BLIND | 404 rest

reports:election_letter
    GET request | 200 office secretary discipline personnel supervisor | 403 finance HOUSE WATCHING_SUPERIORS BLIND | 404 rest

# Ledgers: read inside the hospital by who may, recorded at the branch and by the Party office, unknown to everybody else.
ledgers:home ledgers:records ledgers:records_export ledgers:registers ledgers:summary ledgers:drafts
    GET | 200 LEDGER_PEOPLE | 403 rest

ledgers:drafts
    POST | 302 LEDGER_PEOPLE | 403 rest

ledgers:new
    GET branch | 200 RECORDERS | 403 LEDGER_READERS NO_LEDGERS | 404 rest
    POST branch | 302+ RECORDERS | 403 LEDGER_READERS NO_LEDGERS | 404 rest

ledgers:people
    GET branch | 200 RECORDERS | 403 LEDGER_READERS NO_LEDGERS | 404 rest

ledgers:talks ledgers:self_check ledgers:plans ledgers:templates
    GET branch | 200 RECORDERS LEDGER_READERS | 403 NO_LEDGERS | 404 rest
    POST branch | 302+ RECORDERS | 403 LEDGER_READERS NO_LEDGERS | 404 rest

ledgers:declarations
    GET branch | 200 RECORDERS LEDGER_READERS | 403 NO_LEDGERS | 404 rest
    POST branch | 302+ office branch | 403 delegate LEDGER_READERS NO_LEDGERS | 404 rest

ledgers:calendar reports:branch_handbook
    GET branch | 200 RECORDERS LEDGER_READERS | 403 NO_LEDGERS | 404 rest

ledgers:plan_end ledgers:template_retire
    POST branch | 302+ RECORDERS | 403 LEDGER_READERS NO_LEDGERS | 404 rest

ledgers:record reports:sign_in_sheet ledgers:file
    GET branch | 200 RECORDERS LEDGER_READERS | 404 rest

ledgers:edit
    GET branch | 200 RECORDERS | 403 LEDGER_READERS | 404 rest
    POST branch | 302+ RECORDERS | 403 LEDGER_READERS | 404 rest

ledgers:withdraw
    GET branch | 200 office branch | 403 delegate LEDGER_READERS | 404 rest
    POST branch | 302+ office branch | 403 delegate LEDGER_READERS | 404 rest

ledgers:file_detach
    POST branch | 302+ RECORDERS | 403 LEDGER_READERS | 404 rest

# The state on a day opens to who opens the organization. Merging, splitting and abolishing: only administrators above.
members:organization_on
    GET hospital | 200 INSIDE HOUSE SUPERIORS auth_admin administrator | 404 rest
    GET branch | 200 INSIDE WARD SUPERIORS house_reader ADMINS | 403 house_member | 404 rest

members:abolish members:merge members:split
    GET hospital | 200 administrator | 403 INSIDE HOUSE SUPERIORS auth_admin | 404 rest
    GET clinic | 200 house_admin administrator | 403 INSIDE SUPERIORS PLAIN_HOUSE auth_admin | 404 rest
    POST clinic | 302+ house_admin administrator | 403 INSIDE SUPERIORS PLAIN_HOUSE auth_admin | 404 rest

# Transfers: the sender's register readers and the receiver's Party office know of them, nobody else.
members:transfers
    GET | 200 office secretary discipline personnel general branch delegate supervisor guidance_city guidance b.office b.secretary b.discipline b.personnel b.general b.branch b.delegate b.supervisor b.guidance_city | 403 rest

members:transfer_targets
    GET | 200 office b.office | 403 rest

members:transfer_send
    GET | 200 office | 403 secretary discipline personnel | 404 rest
    POST | 302+ office | 403 secretary discipline personnel | 404 rest

members:transfer
    GET out | 200 office secretary discipline personnel b.office | 404 rest
    GET in | 200 office b.office b.secretary b.discipline b.personnel | 404 rest
    GET outside | 200 office secretary discipline personnel | 404 rest

members:transfer_receive members:transfer_return
    GET in | 200 office | 403 b.office b.secretary b.discipline b.personnel | 404 rest
    GET out | 200 b.office | 403 office secretary discipline personnel | 404 rest
    POST in | 302+ office | 403 b.office b.secretary b.discipline b.personnel | 404 rest

members:transfer_cancel
    GET out | 200 office | 403 secretary discipline personnel b.office | 404 rest
    POST out | 302+ office | 403 secretary discipline personnel b.office | 404 rest

members:transfer_conclude
    GET outside | 200 office | 403 secretary discipline personnel | 404 rest
    POST outside | 302+ office | 403 secretary discipline personnel | 404 rest

reports:transfer_letter
    GET out | 200 office | 403 secretary discipline personnel b.office | 404 rest
    GET in | 200 b.office | 403 office b.secretary b.discipline b.personnel | 404 rest

# The register: names inside the hospital only, kept by its Party office; restricted data where it may be seen.
members:list
    GET | 200 NAMED b.NAMED AUTHORITIES b.supervisor b.guidance_city | 403 rest

members:left
    GET | 200 office b.office | 403 rest

members:mine
    GET | 200 rest

members:create
    GET hospital | 200 office | 403 secretary WATCHERS HOUSE SUPERIORS BLIND | 404 rest
    POST hospital | 302+ office | 403 secretary WATCHERS HOUSE SUPERIORS BLIND | 404 rest

members:detail ledgers:member_year
    GET | 200 NAMED | 404 rest

members:change members:adjust members:confirm members:cease members:reinstate members:exempt members:end_exemption members:float members:end_floating members:account members:start_hardship members:end_hardship
    GET | 200 office | 403 NAMED_ONLY | 404 rest
    POST | 302+ office | 403 NAMED_ONLY | 404 rest

members:hardships
    GET | 200 office secretary general branch AUTHORITIES b.office b.secretary b.general b.branch b.supervisor b.guidance_city | 403 rest

members:hardship
    GET | 200 office secretary branch | 403 discipline personnel general delegate | 404 rest

members:readings
    GET | 200 office b.office | 403 rest

# Counts go up to authorities, names do not.
members:statistics_home
    GET | 200 rest

members:statistics members:statistics_file
    GET hospital | 200 INSIDE house_reader SUPERIORS | 403 house_admin house_member BLIND | 404 rest
    GET branch | 200 NAMED house_reader SUPERIORS | 403 finance member house_admin house_member BLIND | 404 rest
    GET province | 200 guidance reader | 403 administrator | 404 rest

# Dues: figures for who reads ledgers, amounts of persons for the branch's keepers and the Party office.
ledgers:dues_home
    GET | 200 NAMED finance AUTHORITIES b.NAMED b.finance b.supervisor b.guidance_city | 403 rest

ledgers:dues
    GET branch | 200 office branch delegate | 403 secretary discipline general | 404 rest
    POST branch | 302+ office branch delegate | 403 secretary discipline general | 404 rest

ledgers:my_year
    GET | 200 member | 404 rest

# Excel in and out: who keeps a register brings its tables in; everybody sees what there is for their own seat.
intake:home
    GET | 200 rest

intake:upload
    GET hospital | 200 office | 403 secretary WATCHERS HOUSE SUPERIORS BLIND | 404 rest
    POST hospital | 200 office | 403 secretary WATCHERS HOUSE SUPERIORS BLIND | 404 rest

intake:template intake:export
    GET hospital | 200 office | 403 secretary WATCHERS HOUSE SUPERIORS BLIND | 404 rest

intake:run
    GET import | 200 office | 403 secretary WATCHERS HOUSE SUPERIORS BLIND | 404 rest

intake:marked
    GET import | 302 office | 403 secretary WATCHERS HOUSE SUPERIORS BLIND | 404 rest

intake:match intake:apply intake:check
    POST import | 302 office | 403 secretary WATCHERS HOUSE SUPERIORS BLIND | 404 rest

intake:discard
    POST import | 302+ office | 403 secretary WATCHERS HOUSE SUPERIORS BLIND | 404 rest
"""
