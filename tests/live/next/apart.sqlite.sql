-- Of a version that is yet to come: no library of before can read what it leaves.
ALTER TABLE contextpack_work RENAME COLUMN colour TO color;
