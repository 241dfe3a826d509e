cpk_unit_tests(engine all blob_reader lease lease_owner)
