-- replaces: 6b6b716a6d307c400f91e1047c677f3eaa1ee5b6d536f87ddf2fb84b52c014be
-- Plans by their end, for taking back those that are over.
-- part: plan
SELECT * FROM contextpack_draft.index_steps('user_profiles_plan_end_date', 'user_profiles', false, 'plan_end_date',
                                            'payment_plan = ''unlimited''');
