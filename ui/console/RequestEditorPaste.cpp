#include "app/interchange/collection/LocalReads.h"
#include "app/interchange/curl/Curl.h"
#include "app/workspace/HttpCredentials.h"
#include "ui/console/RequestEditor.h"
#include "ui/widgets/MessageBar.h"

#include <QAction>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype mostNotesShown = 4;

} // namespace

/// A pasted curl command fills the whole request. What stood there comes back with Undo.
void RequestEditor::takeCurl(const QString &text)
{
    const std::atomic_bool goOn = false;
    auto imported = readCurl(text.toUtf8(), {{}, goOn});
    if (!imported) {
        m_messages->show(MessageBar::Level::Danger, imported.error().message);
        return;
    }
    tellOfReads(*imported);
    finishEditing();
    const RequestSpec before = request();
    const QList<CollectionRequest> &found = imported->collection.requests;
    RequestSpec spec = found.constFirst().spec;
    // The request stays the one that it was, with its name and its key, but for what it says.
    spec.name = before.name;
    spec.key = before.key;
    setRequest(spec);
    changed();

    QStringList words{tr("The request was filled from a curl command.")};
    if (found.size() > 1)
        words.append(tr("The paste holds %n requests. This is the first one.", nullptr, static_cast<int>(found.size())));
    const bool holdsCredential = !checkHoldsNoNewCredential({}, canonicalRequest(spec)).has_value();
    if (holdsCredential)
        words.append(tr("It holds a credential in plain text. Keep it as a key, and let the request name the key instead: what is typed by hand is in no history and in no file."));
    for (qsizetype note = 0; note < qMin(mostNotesShown, imported->notes.size()); ++note)
        words.append(u"• "_s + imported->notes.at(note).text);
    if (imported->notes.size() > mostNotesShown)
        words.append(tr("%n more things could not be taken as they stood.", nullptr, static_cast<int>(imported->notes.size() - mostNotesShown)));

    QList<QAction *> actions;
    if (holdsCredential) {
        auto *keep = new QAction(tr("Keep It as a Key…"), m_messages);
        connect(keep, &QAction::triggered, this, &RequestEditor::newKeyRequested);
        actions.append(keep);
    }
    auto *undo = new QAction(tr("Undo"), m_messages);
    connect(undo, &QAction::triggered, this, [this, before] {
        setRequest(before);
        changed();
        m_messages->clear();
        focusUrl();
    });
    actions.append(undo);
    const bool isCaution = holdsCredential || !imported->notes.isEmpty();
    m_messages->show(isCaution ? MessageBar::Level::Caution : MessageBar::Level::Info, words.join(u'\n'), actions);
}

} // namespace keydesk
