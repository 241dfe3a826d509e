-- Plans by their end, for taking back those that are over.
CREATE INDEX IF NOT EXISTS user_profiles_plan_end_date ON public.user_profiles (plan_end_date)
    WHERE payment_plan = 'unlimited';
SELECT 'change', 'created the index user_profiles_plan_end_date';
