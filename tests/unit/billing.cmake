cpk_unit_test(billing_signature_test ${CMAKE_CURRENT_LIST_DIR}/billing_signature_test.c base model billing)
cpk_unit_test(billing_event_test ${CMAKE_CURRENT_LIST_DIR}/billing_event_test.c base model billing)
cpk_unit_test(billing_payment_test ${CMAKE_CURRENT_LIST_DIR}/billing_payment_test.c base model billing)
