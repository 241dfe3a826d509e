-- Plans by their end, for taking back those that are over.
CREATE INDEX user_profiles_plan_end_date ON user_profiles (plan_end_date) WHERE payment_plan = 'unlimited';
