#include "ui/console/CopyBar.h"

#include "app/http/BodyText.h"
#include "ui/console/PaneParts.h"

#include <QBoxLayout>
#include <QPushButton>

namespace keydesk {

CopyBar::CopyBar(QWidget *parent)
    : QWidget(parent)
    , m_words(secondLabel())
{
    auto *cancel = new QPushButton(tr("Cancel"));
    cancel->setAccessibleName(tr("Cancel saving"));
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(theme::panePadding, theme::gap, theme::panePadding, 0);
    row->addWidget(m_words, 1);
    row->addWidget(cancel);
    connect(cancel, &QPushButton::clicked, this, [this] {
        if (m_copy)
            m_copy->cancel();
    });
    hide();
}

void CopyBar::copy(std::shared_ptr<const FileBytes> bytes, const QString &path)
{
    delete m_copy;
    const qint64 size = bytes->size();
    m_copy = new FileCopy(std::move(bytes), path, this);
    connect(m_copy, &FileCopy::progress, this, &CopyBar::show);
    connect(m_copy, &FileCopy::finished, this, [this, path] {
        end();
        Q_EMIT saved(path);
    });
    connect(m_copy, &FileCopy::failed, this, [this](const Error &error) {
        end();
        if (error.kind != Error::Kind::Cancelled)
            Q_EMIT failed(error);
    });
    show(0, size);
}

void CopyBar::show(qint64 done, qint64 total)
{
    m_words->setText(tr("Saving… %1 of %2").arg(sizeText(done), sizeText(total)));
    setVisible(true);
}

void CopyBar::end()
{
    hide();
    m_copy->deleteLater();
    m_copy.clear();
}

} // namespace keydesk
