#pragma once

// The program says its sentences in English, and the window shows them in its own language: this marks them
// for Qt's tools, which read the sources, and needs nothing of Qt.
#ifndef QT_TRANSLATE_NOOP
#define QT_TRANSLATE_NOOP(context, text) text
#endif
