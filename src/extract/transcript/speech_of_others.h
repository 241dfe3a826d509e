/* Texts that others wrote or said, known by their form: subtitles (WebVTT, SubRip), calendars (iCalendar), contacts
 * (vCard) and the chat of a meeting as Zoom saves it. Nothing of them is taken as said by the person. */
#ifndef EXTRACT_TRANSCRIPT_SPEECH_OF_OTHERS_H
#define EXTRACT_TRANSCRIPT_SPEECH_OF_OTHERS_H

#include "extract/format.h"

void subtitles_driver_init(cpk_extractor_driver *driver, const struct context *context);
void calendar_driver_init(cpk_extractor_driver *driver, const struct context *context);
void contacts_driver_init(cpk_extractor_driver *driver, const struct context *context);
void meeting_chat_driver_init(cpk_extractor_driver *driver, const struct context *context);

#endif
